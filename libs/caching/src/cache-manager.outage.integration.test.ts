import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { connectManagers } from '../test/managers.ts';
import { type CacheManager } from './cache-manager.ts';

const TTL = { ttlMs: 60_000 };

describe('CacheManager while Redis is unavailable', () => {
  let server: Awaited<ReturnType<typeof startTestRedis>>;
  let states: string[];
  let one: Awaited<ReturnType<typeof connectManagers>>;
  let cache: CacheManager;

  beforeEach(async () => {
    server = await startTestRedis();
    states = [];
    one = await connectManagers(
      1,
      server.url,
      {},
      { callLimitMs: 50, onChange: (state) => states.push(state) },
    );
    cache = one.managers[0] as CacheManager;
    // On a busy machine the first call may exceed the limit of a call. The test starts once Redis is known to answer.
    await eventually(
      async () => (await cache.getOrSet('warm', { ttlMs: 1, load: () => 1 })) && isAvailable(),
    );
  });
  afterEach(async () => {
    one.close();
    await server.stop();
  });

  const isAvailable = () => states.at(-1) !== 'unavailable';
  const read = (key: string, value: unknown = key) =>
    cache.getOrSet(key, { ...TTL, tags: ['tag'], load: () => value });

  it('paused: answers from the source, and sends no commands until Redis answers again', async () => {
    server.pause();
    const sent = jest.spyOn(one.connections[0]!.redis, 'sendCommand');
    expect(await read('a')).toMatchObject({ from: 'miss', value: 'a' });
    // The call that timed out, and the probe, which is sent at the end of its turn.
    await eventually(() => sent.mock.calls.length === 2);
    for (let index = 0; index < 1_000; index += 1) await read(`paused-${index}`);
    expect(sent).toHaveBeenCalledTimes(2);

    server.resume();
    await eventually(isAvailable);
    await read('b');
    await eventually(async () => inRedis(server.url, 'b'));
  });

  it('full: serves what is stored, loads what is not, and does not count as an outage', async () => {
    await read('stored');
    await eventually(async () => inRedis(server.url, 'stored'));
    await withRedis(server.url, (redis) => redis.config('SET', 'maxmemory', '1'));
    states.length = 0;
    const other = await connectManagers(1, server.url, {}, { callLimitMs: 5_000 });
    const [elsewhere] = other.managers as [CacheManager];
    expect(await elsewhere.getOrSet('stored', { ...TTL, tags: ['tag'], load: () => 'again' })).toMatchObject({
      from: 'hit-l2',
    });
    for (let times = 0; times < 5; times += 1)
      expect(await read(`absent-${times}`)).toMatchObject({ from: 'miss', stored: true });
    await cache.set('written', 1, TTL);
    await cache.invalidate({ tags: ['tag'] });
    expect((await elsewhere.get('stored'))?.from).not.toBe('hit-l2');
    expect(states).toEqual([]);
    await withRedis(server.url, (redis) => redis.config('SET', 'maxmemory', '0'));
    await read('again');
    await eventually(async () => inRedis(server.url, 'again'));
    other.close();
  });

  it('read-only, as after a failover: reconnects, empties L2 and uses it again', async () => {
    await read('old');
    await eventually(async () => inRedis(server.url, 'old'));
    await withRedis(server.url, (redis) => redis.call('REPLICAOF', '127.0.0.1', '1'));
    expect(await read('meanwhile')).toMatchObject({ from: 'miss', stored: true });
    expect(states.at(-1)).toBe('unavailable');
    await withRedis(server.url, (redis) => redis.call('REPLICAOF', 'NO', 'ONE'));
    await eventually(isAvailable);
    const second = await connectManagers(1, server.url);
    expect(await second.managers[0]!.get('old')).toBeUndefined();
    second.close();
    await read('new');
    await eventually(async () => inRedis(server.url, 'new'));
  });

  it('paused: L1 continues to work and can be invalidated', async () => {
    server.pause();
    await read('a');
    expect((await read('a')).from).toBe('hit-l1');
    await cache.invalidate({ tags: ['tag'] });
    expect(await read('a', 'new')).toMatchObject({ from: 'miss', value: 'new' });
    server.resume();
  });

  it('paused: L2 gets an invalidation that it missed before it is read again', async () => {
    await read('a', 'old');
    server.pause();
    await read('trip');
    await cache.invalidate({ tags: ['tag'] });
    server.resume();
    await eventually(isAvailable);
    expect(await read('a', 'new')).toMatchObject({ from: 'miss', value: 'new' });
  });

  it('killed and restarted: answers from the source, then uses L2 again by itself', async () => {
    await server.kill();
    await eventually(() => !isAvailable());
    expect(await read('a')).toMatchObject({ from: 'miss', value: 'a' });
    await server.restart();
    await eventually(isAvailable);
    await read('b');
    await eventually(async () => inRedis(server.url, 'b'));
  });

  it('a lost connection to the same server keeps L2', async () => {
    await read('a', 'old');
    await withRedis(server.url, (redis) => redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
    await eventually(() => states.includes('available'));
    const second = await connectManagers(1, server.url);
    expect(await second.managers[0]!.get('a')).toMatchObject({ from: 'hit-l2', value: 'old' });
    second.close();
  });

  it('a server that was restarted from its file is emptied once: it may have lost invalidations', async () => {
    await read('a', 'old');
    await withRedis(server.url, (redis) => redis.save());
    await server.kill();
    await eventually(() => !isAvailable());
    await server.restart();
    expect(await inRedis(server.url, 'a')).toBe(true);
    await eventually(isAvailable);
    const second = await connectManagers(2, server.url);
    const [b, c] = second.managers as [CacheManager, CacheManager];
    expect(await b.getOrSet('a', { ...TTL, load: () => 'new' })).toMatchObject({ from: 'miss' });
    expect(await c.get('a')).toMatchObject({ from: 'hit-l2', value: 'new' });
    second.close();
  });

  it('a Redis that is down at the start is used as soon as it is available', async () => {
    await server.kill();
    const late = await connectManagers(1, server.url);
    const [manager] = late.managers as [CacheManager];
    expect((await manager.getOrSet('a', { ...TTL, load: () => 1 })).from).toBe('miss');
    await server.restart();
    await eventually(async () => {
      await manager.invalidate({ keys: ['a'] });
      await manager.getOrSet('a', { ...TTL, load: () => 1 });
      return inRedis(server.url, 'a');
    });
    late.close();
  });
});

const inRedis = (url: string, key: string) =>
  withRedis(url, async (redis) => (await redis.exists(`{test:4}:v:${key}`)) === 1);

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
