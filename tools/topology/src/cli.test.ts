import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMANDS = ['start', 'up', 'down', 'status', 'logs', 'journey', 'job', 'reset', 'doctor'];

describe('the command line', () => {
  it('prints help for itself and every command', () => {
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
    [['logs', 'kafka'], 'npm start or npm run up writes logs'],
    [['job', 'migrate-orders', '--plan'], 'nothing runs in'],
    [['job', 'kafka'], '"kafka" is not a job: expected one of create-topics, migrate-orders, migrate-events'],
    [['reset'], 'run it again with --yes'],
    [['journey', '--base-url', 'here'], '--base-url: expected a URL'],
    [['status', '--project', '../x'], '--project ../x: expected lower-case letters'],
  ])('%j ends with a message that names the error', (args, message) => {
    expect(cli(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  });

  it('names the logs that exist when one does not', () => {
    const state = mkdtempSync(join('/tmp', 'groundwork-cli-'));
    chmodSync(state, 0o755);
    const logs = join(state, 'main', 'logs');
    mkdirSync(logs, { recursive: true });
    for (const name of ['kafka', 'order-service-1']) writeFileSync(join(logs, `${name}.log`), '');
    const stderr = expect.stringContaining(
      'there is no log of postgres: expected one of kafka, order-service-1',
    );
    expect(inFolder(state, 'logs', 'postgres')).toMatchObject({ status: 1, stderr });
    rmSync(state, { recursive: true });
  });

  it('names an unknown option', () => {
    const stderr = "Unknown option '--fast'. --help shows the options.\n";
    expect(cli('start', '--fast')).toMatchObject({ status: 2, stderr });
  });
});

/** Runs the command line with its own, empty state folder. */
function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const state = mkdtempSync(join('/tmp', 'groundwork-cli-'));
  // If the folder were closed to other users, the state would move to /var/lib and stay there.
  chmodSync(state, 0o755);
  try {
    return inFolder(join(state, 'state'), ...args);
  } finally {
    rmSync(state, { recursive: true });
  }
}

function inFolder(stateFolder: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    env: { ...process.env, GROUNDWORK_STATE: stateFolder },
    encoding: 'utf8',
  });
}
