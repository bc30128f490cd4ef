import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { spawnProgram } from '@groundwork/testing';

/**
 * Runs a program in several processes at once. Each process prints its result as JSON and ends.
 *
 * @returns the results, in the order of `argumentsOf`
 * @throws when a process fails; its stderr appears in the output of the lab
 */
export async function runProcesses<Result>(
  program: URL,
  argumentsOf: readonly (readonly string[])[],
): Promise<Result[]> {
  return Promise.all(
    argumentsOf.map(async (args) => {
      const child = spawnProgram(program, args, { stdout: 'pipe' });
      const [printed, [code, signal]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
      if (code !== 0)
        throw new Error(`${program.pathname} ended with ${code ?? signal}; its output is above`);
      return JSON.parse(printed) as Result;
    }),
  );
}
