import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type MutationReport } from './mutant.ts';
import { reportIn, strykerOptions, type StrykerTask } from './stryker-options.ts';

export interface StrykerRun extends StrykerTask {
  /** The workspace. */
  readonly root: string;
  readonly limitMs: number;
  /** Aborts the run and removes its processes and files. */
  readonly signal: AbortSignal;
}

const manifest = createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json');
const STRYKER = join(dirname(manifest), 'bin', 'stryker.js');

/**
 * Mutates a library in a temporary folder, which is removed at the end of the run, also after a failure. Progress goes to
 * stderr.
 *
 * @throws when Stryker fails, the time limit is reached or the signal aborts
 */
export async function runStryker({ root, limitMs, signal, ...task }: StrykerRun): Promise<MutationReport> {
  const folder = mkdtempSync(join(tmpdir(), `mutants-${task.library}-`));
  try {
    const options = join(folder, 'stryker.json');
    writeFileSync(options, JSON.stringify(strykerOptions(task, folder)));
    await runToItsEnd(root, options, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
    return JSON.parse(readFileSync(reportIn(folder), 'utf8')) as MutationReport;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Runs in its own process group, so that Stryker's test runners end with it, including those that a mutant holds in an
 * endless loop.
 */
async function runToItsEnd(root: string, options: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [STRYKER, 'run', options], {
    cwd: root,
    detached: true,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill);
  const code = await ended;
  signal.removeEventListener('abort', kill);
  killGroup(child.pid);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`Stryker ended with status ${code}; its output above says why`);
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // The whole group has already ended.
  }
}
