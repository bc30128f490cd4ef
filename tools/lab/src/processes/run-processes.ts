import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { spawnProgram } from '@groundwork/testing';

export interface StartedProcess<Result> {
  readonly child: ChildProcess;
  /** The JSON that the process has printed when it ends. Rejects when it fails; its stderr appears in the output of the lab. */
  readonly result: Promise<Result>;
}

export function startProcess<Result>(program: URL, args: readonly string[]): StartedProcess<Result> {
  const child = spawnProgram(program, args, { stdout: 'pipe' });
  const ended = Promise.all([
    text(child.stdout!),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  const result = ended.then(([printed, [code, signal]]) => {
    if (code !== 0) throw new Error(`${program.pathname} ended with ${code ?? signal}; its output is above`);
    return JSON.parse(printed) as Result;
  });
  // The caller may await it only later.
  result.catch(() => undefined);
  return { child, result };
}

/** Runs a program in several processes at once. Returns their results, in the order of `argumentsOf`. */
export async function runProcesses<Result>(
  program: URL,
  argumentsOf: readonly (readonly string[])[],
): Promise<Result[]> {
  return Promise.all(argumentsOf.map((args) => startProcess<Result>(program, args).result));
}
