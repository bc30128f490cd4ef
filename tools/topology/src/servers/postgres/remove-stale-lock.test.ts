import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeStaleLock } from './remove-stale-lock.ts';

describe('a lock file of Postgres', () => {
  let folder: string;
  let program: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundwork-lock-'));
  });

  afterEach(() => {
    program?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['is empty', ''],
    ['is full of zeros', '\0'.repeat(100)],
    ['names no process', '2147483646\n/data\n'],
  ])('is removed when it %s', (_, content) => {
    expect(isKept(content)).toBe(false);
  });

  it('is removed when its process is another program', async () => {
    expect(isKept(`${await run('sleeper', folder)}\n`)).toBe(false);
  });

  it('stays when its process is a Postgres of this folder', async () => {
    expect(isKept(`${await run('postgres', folder)}\n`)).toBe(true);
  });

  if (process.platform === 'linux') {
    it('is removed when its process is the Postgres of another folder', async () => {
      const other = join(folder, 'other');
      mkdirSync(other);
      expect(isKept(`${await run('postgres', other)}\n`)).toBe(false);
    });
  }

  it('may be missing', () => {
    expect(() => removeStaleLock(folder)).not.toThrow();
  });

  function isKept(content: string): boolean {
    writeFileSync(join(folder, 'postmaster.pid'), content);
    removeStaleLock(folder);
    return existsSync(join(folder, 'postmaster.pid'));
  }

  async function run(name: string, workingFolder: string): Promise<number | undefined> {
    copyFileSync('/bin/sleep', join(folder, name));
    program = spawn(join(folder, name), ['600'], { stdio: 'ignore', cwd: workingFolder });
    await once(program, 'spawn');
    return program.pid;
  }
});
