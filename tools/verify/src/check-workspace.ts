import { execFile } from 'node:child_process';
import { type Tally, tallyOfCommand } from './tally.ts';

/** What the linter says where it does not know the workspace's projects: then it checks no boundary, and succeeds. */
const UNCHECKED = 'The rule will be skipped';

/**
 * Format, build with types, and lint, side by side, each as one process for the whole workspace: a process for each project
 * would read the compiler, the linter and the types of all dependencies again, which costs four times the processor time.
 */
export function checkWorkspace(root: string, { fresh }: { fresh: boolean }): Record<string, Promise<Tally>> {
  const run = (program: string, ...args: readonly string[]) => check(root, program, args);
  return {
    format: run('prettier', '--check', '.'),
    'build and types': run('tsc', '--build', ...(fresh ? ['--force'] : [])),
    lint: run('eslint', '.', '--max-warnings=0'),
  };
}

/** Shows what a program wrote when it has ended, all in one piece. */
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
