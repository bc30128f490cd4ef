import { describe, expect, it } from '@jest/globals';
import { runNx } from './run-nx.ts';

const DAMAGED =
  'NX   DB transaction error: SqliteFailure(Error { code: NotADatabase, extended_code: 26 }, Some("file is not a database"))';

describe('running Nx', () => {
  it.each([
    ['once when the command succeeds', [{ code: 0, output: '' }], 0, ['build']],
    ['once when a task fails', [{ code: 3, output: 'one:build failed' }], 3, ['build']],
    [
      'again after the damaged database is removed',
      [
        { code: 1, output: DAMAGED },
        { code: 0, output: '' },
        { code: 4, output: DAMAGED },
      ],
      4,
      ['build', 'reset --onlyWorkspaceData', 'build'],
    ],
    [
      'only once when the database cannot be removed',
      [
        { code: 1, output: DAMAGED },
        { code: 5, output: 'EACCES' },
      ],
      5,
      ['build', 'reset --onlyWorkspaceData'],
    ],
  ])('happens %s', async (_, results, code, commands) => {
    const ran: string[] = [];
    const run = async ({ args }: { args: readonly string[] }) => {
      ran.push(args.join(' '));
      return results[ran.length - 1]!;
    };
    expect(await runNx('/workspace', ['build'], run)).toBe(code);
    expect(ran).toEqual(commands);
  });
});
