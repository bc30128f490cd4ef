import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, spawnProgram, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { connectManagers } from '../test/managers.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000 };

describe('CacheManager over Redis', () => {
  let server: Awaited<ReturnType<typeof startTestRedis>>;
  let admin: Redis;
  let three: Awaited<ReturnType<typeof connectManagers>>;
  let a: CacheManager, b: CacheManager;

  beforeAll(async () => {
    server = await startTestRedis();
    admin = new Redis(server.url);
  });
  beforeEach(async () => {
    await admin.flushall();
    three?.close();
    three = await connectManagers(3, server.url);
    [a, b] = three.managers as [CacheManager, CacheManager];
  });
  afterAll(async () => {
    three.close();
    admin.disconnect();
    await server.stop();
  });

  it('reports which tier answered; an L1 hit sends no Redis command', async () => {
    expect((await a.getOrSet('k', { ...TTL, load: () => 1 })).from).toBe('miss');
    expect((await b.getOrSet('k', { ...TTL, load: () => 2 })).from).toBe('hit-l2');
    const sent = jest.spyOn(three.connections[1]!.redis, 'sendCommand');
    expect(await b.getOrSet('k', { ...TTL, load: () => 2 })).toMatchObject({ from: 'hit-l1', value: 1 });
    expect(sent).not.toHaveBeenCalled();
  });

  it('a miss takes two round trips, a hit in L2 takes one', async () => {
    await a.getOrSet('warm the script cache', { ...TTL, load: () => 1 });
    await b.getOrSet('warm the script cache', { ...TTL, load: () => 1 });
    const sent = three.connections.map(({ redis }) => jest.spyOn(redis, 'sendCommand'));
    await a.getOrSet('k', { ...TTL, load: () => 1 });
    await b.getOrSet('k', { ...TTL, load: () => 1 });
    expect(sent.map(({ mock }) => mock.calls.length)).toEqual([2, 1, 0]);
  });

  it('300 concurrent misses in each of three processes cause one load', async () => {
    const gate = Promise.withResolvers<string>();
    const load = jest.fn(() => gate.promise);
    const reads = three.managers.flatMap((manager) =>
      Array.from({ length: 300 }, () => manager.getOrSet('herd', { ...TTL, load })),
    );
    setImmediate(() => gate.resolve('value'));
    const answers = await Promise.all(reads);
    expect(load).toHaveBeenCalledTimes(1);
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set(['value']));
  });

  it('a process that waits for the load of another one is woken by its end, and does not ask meanwhile', async () => {
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const loading = a.getOrSet('woken', {
      ...TTL,
      load: () => {
        started.resolve();
        return gate.promise;
      },
    });
    await started.promise;
    const waiting = b.getOrSet('woken', { ...TTL, load: () => 'second' });
    await eventually(async () => (await admin.pubsub('CHANNELS', '*woken')).length === 1);
    const claims = jest.spyOn(three.connections[1]!.redis, 'sendCommand');
    gate.resolve('first');
    expect(await waiting).toMatchObject({ from: 'hit-l2', value: 'first' });
    // One when the subscription has begun, and one when the load has ended.
    expect(claims.mock.calls.length).toBeLessThanOrEqual(2);
    await loading;
    await eventually(async () => (await admin.pubsub('CHANNELS', '*woken')).length === 0);
  });

  it('a loader killed during its load causes at most one more load', async () => {
    const loader = spawnProgram(
      new URL('../test/hanging-loader.ts', import.meta.url),
      [server.url, 'test', 'killed', '500'],
      { stdout: 'pipe' },
    );
    await once(loader.stdout!, 'data');
    const load = jest.fn(() => 'loaded by a waiter');
    const reads = three.managers.map((manager) => manager.getOrSet('killed', { ...TTL, load }));
    loader.kill('SIGKILL');
    await once(loader, 'exit');
    const answers = await Promise.all(reads);
    expect(answers.map(({ value }) => value)).toEqual(Array(3).fill('loaded by a waiter'));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('a failed load passes its lease to a waiting process at once', async () => {
    const gate = Promise.withResolvers<string>();
    const failing = a.getOrSet('k', { ...TTL, load: () => gate.promise });
    const failed = expect(failing).rejects.toThrow('source down');
    const waiting = b.getOrSet('k', { ...TTL, load: () => 'ok' });
    gate.reject(new Error('source down'));
    await failed;
    expect((await waiting).value).toBe('ok');
  });

  it('a failed load leaves no lease behind', async () => {
    const load = () => Promise.reject(new Error('source down'));
    await expect(a.getOrSet('k', { ...TTL, load })).rejects.toThrow('source down');
    expect(await admin.exists('{test:4}:l:k')).toBe(0);
  });

  it('L1 never outlives L2', async () => {
    await a.getOrSet('k', { ...TTL, load: () => 1 });
    await admin.pexpire('{test:4}:v:k', 5_000);
    expect(await b.get('k')).toMatchObject({ from: 'hit-l2' });
    const inL1 = await b.get('k');
    expect(inL1?.from).toBe('hit-l1');
    expect(inL1?.ttlMs).toBeLessThan(5_000);
  });

  it.each([
    ['key', { keys: ['k'] }],
    ['tag', { tags: ['tag'] }],
  ])(
    'an invalidation (%s) in another process prevents a load in flight from being stored',
    async (_by, target) => {
      const gate = Promise.withResolvers<string>();
      const loading = Promise.withResolvers<void>();
      const early = a.getOrSet('k', {
        ...TTL,
        tags: ['tag'],
        load: () => (loading.resolve(), gate.promise),
      });
      await loading.promise;
      await b.invalidate(target);
      gate.resolve('old');
      expect(await early).toMatchObject({ value: 'old', stored: false });
      // No tier of any process holds the old value, including the loader's process, which was not notified of the change.
      expect(await a.get('k')).toBeUndefined();
      expect((await b.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'new' })).value).toBe('new');
      expect((await a.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'newer' })).value).toBe('new');
    },
  );

  it('an invalidation between the read of L2 and the write to L1 keeps the old value out of L1', async () => {
    await b.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'old' });
    const { tier } = three.connections[0]!;
    const claim = tier.claim.bind(tier);
    const overtaken = jest.spyOn(tier, 'claim').mockImplementationOnce(async (...of) => {
      const found = await claim(...of);
      await a.invalidate({ tags: ['tag'] });
      return found;
    });
    expect((await a.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'new' })).value).toBe('old');
    expect((await a.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'new' })).value).toBe('new');
    overtaken.mockRestore();
  });

  it('a read during an invalidation does not store the old value again', async () => {
    await b.getOrSet('k', { ...TTL, tags: ['tag'], load: () => 'old' });
    const { tier } = three.connections[0]!;
    const invalidate = tier.invalidate.bind(tier);
    const reading = jest.spyOn(tier, 'invalidate').mockImplementationOnce(async (target) => {
      expect((await a.get('k'))?.value).toBe('old');
      return invalidate(target);
    });
    await a.invalidate({ tags: ['tag'] });
    expect(await a.get('k')).toBeUndefined();
    reading.mockRestore();
  });

  it('another process reads the value of a set, and a load in flight does not overwrite it', async () => {
    const gate = Promise.withResolvers<string>();
    const loading = Promise.withResolvers<void>();
    const early = a.getOrSet('k', { ...TTL, load: () => (loading.resolve(), gate.promise) });
    await loading.promise;
    await b.set('k', 'set', TTL);
    gate.resolve('loaded');
    await early;
    expect((await three.managers[2]!.get('k'))?.value).toBe('set');
    expect((await a.get('k'))?.value).toBe('set');
  });

  it('a manager that starts to receive invalidations does not use older entries of L2', async () => {
    await a.getOrSet('k', { ...TTL, load: () => 'changed without an invalidation' });
    const starting = new CacheManager({
      memory: new MemoryTier(),
      shared: three.connections[1]!.tier,
      hearing: false,
    });
    expect((await starting.getOrSet('k', { ...TTL, load: () => 'new' })).value).toBe('new');
    await starting.feed.startEmpty();
    expect(await starting.getOrSet('k', { ...TTL, load: () => 'newer' })).toMatchObject({
      from: 'miss',
      value: 'newer',
    });
    expect((await three.managers[2]!.getOrSet('k', { ...TTL, load: () => 'x' })).value).toBe('newer');
  });
});
