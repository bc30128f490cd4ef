import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of its own that runs a file of this folder. */
export function spawnTest(file: string, args: readonly string[]): ChildProcess {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const options = [
    '--conditions=@groundwork/source',
    `--import=${path('../../../tools/typescript-hooks.mjs')}`,
  ];
  return spawn(process.execPath, [...options, path(file), ...args], {
    env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
