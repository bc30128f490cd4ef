import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, chownSync, globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';
import { exchange } from '../servers/exchange.ts';
import { unprivilegedUser } from '../servers/process/unprivileged-user.ts';

describe('after a power loss', () => {
  let platform: TestPlatform;
  let bystander: ChildProcess | undefined;

  afterEach(async () => {
    bystander?.kill('SIGKILL');
    await platform.remove();
  });

  it('Redis starts although its append-only file ends with zeros, and keeps the data before them', async () => {
    platform = testPlatform(`
store:
  image: redis
  command: [redis-server, --save, '', --appendonly, 'yes']
  volumes: [data:/data]
  expose: ['6379']
  healthcheck: { test: [CMD, redis-cli, ping] }`);
    expect(await askRedis(platform, 'SET key kept')).toBe('+OK');
    const data = join(platform.stateDir, 'volumes/data');
    const [file = ''] = globSync(['appendonly.aof', 'appendonlydir/*.incr.aof'], { cwd: data });
    appendFileSync(join(data, file), '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$4\r\nlo'); // a truncated command
    appendFileSync(join(data, file), Buffer.alloc(10_000));
    expect(await askRedis(platform, 'GET key')).toBe('$4\r\nkept');
  });

  it('Postgres starts although another program of its user now has the pid in its lock file', async () => {
    platform = testPlatform(`
database:
  image: postgres
  environment: { POSTGRES_PASSWORD: mine }
  volumes: ['data:/var/lib/postgresql/data']
  healthcheck: { test: [CMD, pg_isready] }`);
    await (await platform.start()).down();
    const data = join(platform.stateDir, 'volumes/data');
    const { uid, gid } = statSync(join(data, 'PG_VERSION'));
    bystander = spawn('sleep', ['600'], { stdio: 'ignore', ...unprivilegedUser() });
    writeFileSync(join(data, 'postmaster.pid'), `${bystander.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n`);
    chownSync(join(data, 'postmaster.pid'), uid, gid);
    await platform.start();
    expect(bystander.exitCode).toBeNull();
  });
});

/** Starts the platform, sends a command to its Redis, and stops the platform. */
async function askRedis(platform: TestPlatform, question: string): Promise<string> {
  const topology = await platform.start();
  const port = Number(topology.address('store', 6379).split(':')[1]);
  const isComplete = (received: Buffer) => /^(?:[+-]|\$-1|\$\d+\r\n).*\r\n$/.test(received.toString());
  const answer = await exchange(port, Buffer.from(`${question}\r\n`), isComplete);
  await topology.down();
  return answer.toString().trimEnd();
}
