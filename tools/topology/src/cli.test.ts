import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const COMMANDS = ['start', 'up', 'down', 'status', 'logs', 'journey', 'job', 'reset', 'doctor'];

describe('the command line', () => {
  it('explains itself and every command', () => {
    expect(cli('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('npm run doctor') });
    for (const command of COMMANDS) {
      expect(cli(command, '--help')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('--project NAME'),
      });
    }
  });

  it.each([
    [['status'], 'nothing runs in'],
    [['journey'], 'nothing runs in'],
    [['logs', 'kafka'], 'there is no log of kafka'],
    [['job', 'migrate-orders', '--plan'], 'nothing runs in'],
    [['job', 'kafka'], '"kafka" is no job: expected one of create-topics, migrate-orders, migrate-events'],
    [['reset'], 'say --yes'],
    [['journey', '--base-url', 'here'], '--base-url: expected a URL'],
    [['status', '--project', '../x'], '--project ../x: expected lower-case letters'],
  ])('%j says what is wrong', (args, message) => {
    expect(cli(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  });

  it('names an option that it does not know', () => {
    const stderr = "Unknown option '--fast'. --help shows the options.\n";
    expect(cli('start', '--fast')).toMatchObject({ status: 2, stderr });
  });
});

/** On a state folder of its own, with nothing in it. */
function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const state = mkdtempSync(join('/tmp', 'groundwork-cli-'));
  // A closed folder would move the state to /var/lib, where it would stay.
  chmodSync(state, 0o755);
  try {
    return spawnSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
      env: { ...process.env, GROUNDWORK_STATE: join(state, 'state') },
      encoding: 'utf8',
    });
  } finally {
    rmSync(state, { recursive: true });
  }
}
