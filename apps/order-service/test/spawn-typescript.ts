import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: shown among the test's own output. */
  readonly stderr?: 'pipe' | 'inherit';
}

/** A process of its own that runs a TypeScript file of this app; `file` is relative to the app's folder. */
export function spawnTypescript(
  file: string,
  { args = [], environment = {}, stderr = 'inherit' }: SpawnOptions = {},
): ChildProcess {
  const app = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
  const options = ['--conditions=@groundwork/source', `--import=${app('../../tools/typescript-hooks.mjs')}`];
  return spawn(process.execPath, [...options, app(file), ...args], {
    env: { ...process.env, NODE_OPTIONS: '--no-warnings', ...environment },
    stdio: ['ignore', 'pipe', stderr],
  });
}

/** What the process printed, once it has ended well. */
export async function outputOf(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the process ended with ${code}: ${Buffer.concat(chunks).toString()}`);
  return Buffer.concat(chunks).toString();
}
