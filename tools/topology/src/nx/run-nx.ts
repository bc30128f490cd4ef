import { delimiter, join } from 'node:path';
import { type Launch } from '../servers/process/managed-process.ts';

/** Nx's message when a crash or a full disk has damaged its own database in `.nx/workspace-data` or `~/.nx`. */
const DAMAGED_DATABASE = /SqliteFailure\(Error \{ code: (?:NotADatabase|DatabaseCorrupt)/;

/** Runs one Nx command and resolves with its exit status and its output. */
export type RunNx = (launch: Launch) => Promise<{ readonly code: number; readonly output: string }>;

/**
 * Runs an Nx command in a workspace. Nx does not repair its own database. When Nx reports that the database is damaged, this
 * removes the database and runs the command again: the database contains only results of earlier runs.
 *
 * @returns the exit status
 */
export async function runNx(
  workspace: string,
  args: readonly string[],
  run: RunNx,
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  const bin = join(workspace, 'node_modules', '.bin');
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  const nx = (words: readonly string[]) =>
    run({
      file: join(bin, 'nx'),
      args: words,
      folder: workspace,
      environment: { ...process.env, PATH: path, ...environment },
    });
  const first = await nx(args);
  if (first.code === 0 || !DAMAGED_DATABASE.test(first.output)) return first.code;
  const reset = await nx(['reset', '--onlyWorkspaceData']);
  return reset.code === 0 ? (await nx(args)).code : reset.code;
}
