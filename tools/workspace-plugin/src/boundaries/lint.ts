import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type Probe } from './probe.ts';

/** Returns the ids of the rules that the workspace's ESLint configuration reports for each probe. */
export function lint(root: string, probes: readonly Probe[]): Promise<string[][]> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'lint-texts.ts')],
      { cwd: root, env: environment },
      (error, output, errors) => {
        if (error) reject(new Error(errors, { cause: error }));
        else resolve(JSON.parse(output) as string[][]);
      },
    );
    child.stdin?.end(JSON.stringify(probes));
  });
}
