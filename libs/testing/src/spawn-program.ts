import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOOKS = fileURLToPath(new URL('../../../tools/typescript-hooks.mjs', import.meta.url));

/** A process of its own that runs a TypeScript file on the workspace's sources, for tests that kill it, or stop it in the middle. */
export function spawnProgram(file: URL, args: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['--conditions=@groundwork/source', `--import=${HOOKS}`, fileURLToPath(file), ...args],
    { env: { ...process.env, NODE_OPTIONS: '--no-warnings' }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}
