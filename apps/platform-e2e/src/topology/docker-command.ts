import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that runs in a fixed folder. Resolves with its standard output; rejects if it exits with an error. */
export type Command = (...args: readonly string[]) => Promise<string>;

export function commandIn(folder: string, program: string, ...prefix: readonly string[]): Command {
  return async (...args) => (await run(program, [...prefix, ...args], { cwd: folder })).stdout.trim();
}

/** Finds Compose on this machine: the plugin (`docker compose`, v2) or else the program (`docker-compose`, v1 or v2). */
export async function findCompose(folder: string): Promise<Command> {
  for (const compose of [commandIn(folder, 'docker', 'compose'), commandIn(folder, 'docker-compose')]) {
    const answers = await compose('version').then(
      () => true,
      () => false,
    );
    if (answers) return compose;
  }
  throw new Error(
    'Cannot run `docker compose` or `docker-compose`; install one: --base-url needs it to kill and start containers.',
  );
}
