import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FailFastRedis, redisScript } from '@groundwork/resilience/redis';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { startDurableRedis } from '../../../test/start-durable-redis.ts';
import { type Durability, DurableServer } from './durable-server.ts';

const WRITE = redisScript("return redis.call('SET', KEYS[1], ARGV[1])");

let server: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  server = await startDurableRedis();
  inspector = new Redis(server.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await server.stop();
});

async function connect(url = server.url, durability?: Durability) {
  const redis = new FailFastRedis({ url, commandTimeoutMs: 10_000 });
  const durable = new DurableServer(redis, durability);
  const write = (key: string, text = 'written') => durable.runScript(WRITE, [key], () => [text]);
  const ping = () => redis.send((connection) => connection.ping());
  await eventually(ping);
  return { durable, write, ping, close: () => redis.close() };
}

describe('a durable server', () => {
  it.each([
    ['appendonly is no', [], false],
    ['no-appendfsync-on-rewrite is yes', ['--no-appendfsync-on-rewrite', 'yes'], true],
    ['appendfsync is everysec', ['--appendfsync', 'everysec'], true],
    ['maxmemory-policy is allkeys-lru', ['--maxmemory-policy', 'allkeys-lru'], true],
  ])('is none if %s: nothing is written', async (fault, args, persistent) => {
    const weak = persistent ? await startDurableRedis(...args) : await startTestRedis();
    const { durable, write, close } = await connect(weak.url);
    const refusal = { code: 'redis-not-durable', message: expect.stringContaining(fault), retryable: false };
    await expect(write('key')).rejects.toMatchObject(refusal);
    await expect(write('key')).rejects.toMatchObject(refusal);
    await expect(durable.check()).rejects.toMatchObject(refusal);
    close();
    const trusting = await connect(weak.url, 'unchecked');
    expect(await trusting.write('key', 'trusted')).toEqual([expect.stringMatching(/^\w{40}$/), 'OK']);
    trusting.close();
    await weak.stop();
  });

  it('is checked again after each reconnection, because the server may be another one', async () => {
    const { durable, write, ping, close } = await connect();
    const [before] = await write('first');
    await inspector.config('SET', 'appendfsync', 'everysec');
    expect((await write('same-connection'))[0]).toBe(before);
    await expect(durable.check()).rejects.toMatchObject({ code: 'redis-not-durable' });
    await inspector.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(ping);
    await expect(write('new-connection')).rejects.toMatchObject({ code: 'redis-not-durable' });
    expect(await inspector.exists('new-connection')).toBe(0);
    await inspector.config('SET', 'appendfsync', 'always');
    expect((await write('new-connection'))[0]).toBe(before);
    close();
  });

  it('has a new run id after each start, also for a caller that had checked it before', async () => {
    const { durable, write, close } = await connect();
    const before = await durable.runId();
    await server.kill();
    await server.restart();
    await eventually(() => write('restarted').then(([runId]) => runId !== before));
    expect(await durable.runId()).not.toBe(before);
    close();
  });

  it('says that nothing was sent when it has no connection to ask it', async () => {
    const { write, close } = await connect();
    close();
    await expect(write('closed')).rejects.toMatchObject({ name: 'NotSent' });
  });
});
