import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNx, type RunNx } from './run-nx.ts';

const NODE_MODULES = join(import.meta.dirname, '../../../../node_modules');

describe('Nx', () => {
  let workspace: string;
  let outputs: string[];

  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'groundwork-nx-'));
    outputs = [];
    symlinkSync(NODE_MODULES, join(workspace, 'node_modules'));
    write('nx.json', { neverConnectToCloud: true, useDaemonProcess: false, analytics: false });
    write('package.json', { name: 'workspace', private: true });
    write('one/project.json', { name: 'one', targets: { greet: { command: 'echo hello' } } });
  });

  afterEach(() => rmSync(workspace, { recursive: true }));

  it('runs again with a new database when a power loss has truncated its database', async () => {
    expect(await greet()).toBe(0);
    for (const file of globSync(join(workspace, 'data/*.db'))) {
      truncateSync(file, 9_000);
      for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    }
    outputs = [];
    expect(await greet()).toBe(0);
    expect(
      outputs.map((output) => /SqliteFailure|Successfully reset|Successfully ran/.exec(output)?.[0]),
    ).toEqual(['SqliteFailure', 'Successfully reset', 'Successfully ran']);
  });

  function write(path: string, content: object): void {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    writeFileSync(join(workspace, path), JSON.stringify(content));
  }

  function greet(): Promise<number> {
    const ofTheRunAround = Object.keys(process.env).filter((name) => name.startsWith('NX_'));
    return runNx(workspace, ['run-many', '-t', 'greet'], noting, {
      ...Object.fromEntries(ofTheRunAround.map((name) => [name, undefined])),
      NX_WORKSPACE_DATA_DIRECTORY: join(workspace, 'data'),
      NX_CACHE_DIRECTORY: join(workspace, 'cache'),
      NODE_OPTIONS: '',
    });
  }

  const noting: RunNx = ({ file, args, folder, environment }) =>
    new Promise((resolve) => {
      execFile(file, [...args], { cwd: folder, env: environment }, (error, stdout, stderr) => {
        outputs.push(stdout + stderr);
        resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
      });
    });
});
