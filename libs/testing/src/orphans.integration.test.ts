import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

const OWNER = join(import.meta.dirname, '../test/own-servers.ts');

describe('the servers of a killed test process', () => {
  it('end with the process, and their folders are removed', async () => {
    const owner = spawn(process.execPath, ['--conditions=@groundwork/source', OWNER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
    const { ports, folder } = JSON.parse(line) as { ports: number[]; folder: string };
    expect(await Promise.all(ports.map(accepts))).toEqual([true, true]);
    expect(existsSync(folder)).toBe(true);

    owner.kill('SIGKILL');
    await eventually(async () => !(await Promise.all(ports.map(accepts))).includes(true));
    await eventually(() => !existsSync(folder));
  });
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
