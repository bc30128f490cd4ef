import { execFile } from 'node:child_process';
import { type Tally, tallyOfCommand } from './tally.ts';

/** The linter's message when it does not know the workspace's projects. It then checks no boundary, but still succeeds. */
const UNCHECKED = 'The rule will be skipped';

/**
 * Checks the format, builds with types, and lints in parallel, each as one process for the whole workspace. One process for
 * each project would read the compiler, the linter and the types of all dependencies again, which costs four times the
 * processor time.
 */
export function checkWorkspace(root: string, { fresh }: { fresh: boolean }): Record<string, Promise<Tally>> {
  const run = (program: string, ...args: readonly string[]) => check(root, program, args);
  return {
    format: run('prettier', '--check', '.'),
    'build and types': run('tsc', '--build', ...(fresh ? ['--force'] : [])),
    lint: run('eslint', '.', '--max-warnings=0'),
  };
}

/** Runs a program, and prints its whole output when it has ended. */
function check(root: string, program: string, args: readonly string[]): Promise<Tally> {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 2 ** 30 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      process.stdout.write(output);
      resolve(tallyOfCommand(error === null && !output.includes(UNCHECKED) ? 0 : 1));
    });
  });
}
