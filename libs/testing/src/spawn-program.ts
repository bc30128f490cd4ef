import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { orphanGuard } from '@groundwork/topology';

const HOOKS = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).href;

/** `jest.environment.mjs` calls these functions when the test file has ended, even when it failed. */
const leftovers = Reflect.get(globalThis, Symbol.for('groundwork.leftovers')) as Set<() => void> | undefined;

export interface ProgramOptions {
  /** Added to the environment of the test. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: both appear in the output of the test. */
  readonly stdout?: 'pipe' | 'inherit' | 'ignore';
  readonly stderr?: 'pipe' | 'inherit' | 'ignore';
  /** Whether the test and the program send each other messages: `child.send` and `process.on('message')`. Default false. */
  readonly messages?: boolean;
}

/**
 * Runs a TypeScript file on the workspace's sources as a separate process, for tests that kill or stop it during its work.
 * The process ends at the latest with the test file or with the process of the test, even when that is killed.
 */
export function spawnProgram(
  file: URL,
  args: readonly string[] = [],
  { environment = {}, stdout = 'inherit', stderr = 'inherit', messages = false }: ProgramOptions = {},
): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=@groundwork/source', `--import=${HOOKS}`, fileURLToPath(file), ...args],
    {
      env: { ...process.env, NODE_OPTIONS: '--no-warnings', ...environment },
      stdio: ['ignore', stdout, stderr, ...(messages ? (['ipc'] as const) : [])],
      // Starts a process group, so that processes of the program end with it.
      detached: true,
    },
  );
  if (child.pid !== undefined) endWithTest(child, child.pid);
  return child;
}

function endWithTest(child: ChildProcess, pid: number): void {
  const kill = () => process.kill(-pid, 'SIGKILL');
  orphanGuard.guard(pid, 'KILL');
  leftovers?.add(kill);
  child.once('exit', () => {
    orphanGuard.release(pid);
    leftovers?.delete(kill);
  });
}
