import { describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const CONFIG = join(import.meta.dirname, '../test/failing/jest.config.mjs');
const JEST = join(import.meta.dirname, '../../../node_modules/.bin/jest');

describe('a test file that fails', () => {
  it('leaves no program running, even if the program ignores SIGTERM', async () => {
    const { code, output } = await jest('leaves-a-program');
    expect(code).toBe(1);
    expect(output).toContain('● fails while its program runs');
    await eventually(() => !isAlive(programIn(output)));
  });

  it('leaves no program running when Jest is killed', async () => {
    const running = spawn(JEST, ['--config', CONFIG, '--runInBand', 'hangs'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    running.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes('the program is'));
    running.kill('SIGKILL');
    await eventually(() => !isAlive(programIn(output)));
  });

  it('is named in the report of a promise that is rejected after its last test', async () => {
    const { code, output } = await jest('rejects-late');
    expect(code).toBe(1);
    expect(output).toMatch(
      /rejected that no test waited for, in or after\n\s*rejects-late\.fixture\.ts:\n\s*Error: too late/,
    );
  });

  it('ends and prints the file and its open handles when Jest would not exit', async () => {
    const { code, output } = await jest('leaves-a-server');
    expect(code).toBe(1);
    expect(output).toContain('All tests have ended, but something that they opened has not (0.5 s)');
    expect(output).toMatch(
      /Look at: leaves-a-server\.fixture\.ts\nStill open:\n {2}server at .*127\.0\.0\.1/,
    );
  });

  it('ends and prints the running file when no test ends for too long', async () => {
    const { code, output } = await jest('hangs', { SILENCE_MS: '1000' });
    expect(code).toBe(1);
    expect(output).toContain('No test has ended for too long (1 s)');
    expect(output).toContain('Look at: hangs.fixture.ts\n');
  });
});

function jest(
  fixture: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    // Jest also writes colours to a pipe if its environment requests them.
    const env = { ...process.env, FORCE_COLOR: '0', ...environment };
    const options = { env, timeout: 50_000 };
    execFile(JEST, ['--config', CONFIG, '--runInBand', fixture], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** Returns the pid of the program that a fixture started. */
function programIn(output: string): number {
  return Number(/the program is (\d+)/.exec(output)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
