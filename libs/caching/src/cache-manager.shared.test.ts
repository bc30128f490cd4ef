import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { describeLeasingTier } from './conformance/leasing-tier.conformance.ts';
import { describeTier } from './conformance/tier.conformance.ts';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { type CacheManagerOptions } from './cache-manager-options.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000 };

const open = async () => ({ tier: new LeasingMemoryTier(), close: async () => undefined });
describeTier('the shared tier of these tests', open);
describeLeasingTier('the shared tier of these tests', open);

/** `cache-manager.integration.test.ts` tests the same over Redis, and kills processes. */
describe('cache managers that share a tier', () => {
  let now: number;
  let shared: LeasingMemoryTier;
  let a: CacheManager;
  let b: CacheManager;

  const manager = (options: Partial<CacheManagerOptions> = {}) =>
    new CacheManager({ memory: new MemoryTier({ now: () => now }), shared, jitter: 0, ...options });
  /** Creates a loader that finishes when the test resolves or rejects it. */
  const gated = () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
    const load = jest.fn(() => (started.resolve(), gate.promise));
    return { load, started: started.promise, resolve: gate.resolve, reject: gate.reject };
  };

  beforeEach(() => {
    now = performance.now();
    shared = new LeasingMemoryTier({ now: () => now });
    [a, b] = [manager(), manager()];
  });

  it('answer from memory, then from the shared tier, then from the source', async () => {
    const load = jest.fn(() => 'value');
    expect(await a.getOrSet('k', { ...TTL, load })).toMatchObject({ from: 'miss', stored: true });
    expect(await b.getOrSet('k', { ...TTL, load })).toMatchObject({ from: 'hit-l2', value: 'value' });
    expect(await manager().get('k')).toMatchObject({ from: 'hit-l2', stored: true, collapsed: false });
    shared.calls.splice(0);
    expect(await b.getOrSet('k', { ...TTL, load })).toMatchObject({ from: 'hit-l1', value: 'value' });
    expect(await b.get('k')).toMatchObject({ from: 'hit-l1' });
    expect(shared.calls).toEqual([]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('collapse concurrent misses of both into one load', async () => {
    const { load, started, resolve } = gated();
    const reads = [a, b, a, b].map((one) => one.getOrSet('k', { ...TTL, load }));
    await started;
    resolve('value');
    expect((await Promise.all(reads)).map(({ value }) => value)).toEqual(Array(4).fill('value'));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it.each(['rejects', 'loads nothing'])('pass the lease on at once when the load %s', async (how) => {
    const { load, started, resolve, reject } = gated();
    const first = a.getOrSet('k', { ...TTL, load }).catch((error: Error) => error.message);
    await started;
    const second = b.getOrSet('k', { ...TTL, load: () => 'value' });
    if (how === 'rejects') reject(new Error('source down'));
    else resolve(undefined as never);
    expect(await second).toMatchObject({ from: 'miss', value: 'value' });
    expect(await first).toEqual(
      how === 'rejects' ? 'source down' : expect.objectContaining({ value: undefined }),
    );
    expect(shared.calls).toContain('release');
  });

  it('keep an entry in memory no longer than the shared tier does', async () => {
    await a.getOrSet('k', { ttlMs: 10_000, load: () => 'old' });
    now += 6_000;
    await b.getOrSet('k', { ...TTL, load: () => 'new' });
    now += 4_001;
    expect(await b.get('k')).toBeUndefined();
  });

  it.each([{ keys: ['k'] }, { tags: ['red'] }, { everything: true }])(
    'do not store a load when another manager invalidates it meanwhile: %j',
    async (target) => {
      const { load, started, resolve } = gated();
      const early = a.getOrSet('k', { ...TTL, tags: ['red'], load });
      await started;
      await b.invalidate(target);
      resolve('old');
      expect(await early).toMatchObject({ value: 'old', stored: false, ttlMs: 0 });
      expect(await a.get('k')).toBeUndefined();
      expect((await b.getOrSet('k', { ...TTL, tags: ['red'], load: () => 'new' })).value).toBe('new');
    },
  );

  it('keep the tags of an entry, also when it comes from the shared tier', async () => {
    await a.getOrSet('loaded', { ...TTL, tags: ['red'], load: () => 'old' });
    await a.set('written', 'old', { ...TTL, tags: ['red'] });
    for (const key of ['loaded', 'written']) expect(await b.get(key)).toMatchObject({ value: 'old' });
    await b.invalidate({ tags: ['red'] });
    for (const key of ['loaded', 'written']) expect(await b.get(key)).toBeUndefined();
  });

  it('invalidate the shared tier before their memory, and then both', async () => {
    await a.getOrSet('k', { ...TTL, load: () => 'old' });
    const forget = shared.invalidate.bind(shared);
    jest.spyOn(shared, 'invalidate').mockImplementationOnce(async (target) => {
      expect(await a.get('k')).toMatchObject({ from: 'hit-l1', value: 'old' });
      return forget(target);
    });
    await a.invalidate({ keys: ['k'] });
    expect(await a.get('k')).toBeUndefined();
    expect(await b.get('k')).toBeUndefined();
  });

  it('read the value that another manager has set, and a load in flight does not overwrite it', async () => {
    const { load, started, resolve } = gated();
    const early = a.getOrSet('k', { ...TTL, load });
    await started;
    await b.set('k', 'set', TTL);
    expect(await b.get('k')).toMatchObject({ from: 'hit-l1', value: 'set' });
    resolve('loaded');
    expect(await early).toMatchObject({ value: 'loaded', stored: false });
    expect(await a.get('k')).toMatchObject({ value: 'set' });
  });

  it('never serve the old value after the shared tier failed to store the new one', async () => {
    await a.set('k', 'old', TTL);
    jest.spyOn(shared, 'put').mockRejectedValueOnce(new Error('full'));
    await a.set('k', 'new', TTL);
    expect(await a.get('k')).toMatchObject({ from: 'hit-l1', value: 'new' });
    expect(await b.get('k')).toBeUndefined();
  });

  it('keep a value with a version only if the shared tier has stored it: another process may have a newer one', async () => {
    jest.spyOn(shared, 'put').mockRejectedValueOnce(new Error('too late'));
    await a.set('k', 'may be old', { ...TTL, version: 1 });
    expect(await a.get('k')).toBeUndefined();
    await a.set('k', 'newer', { ...TTL, version: 3 });
    shared.calls.splice(0);
    await b.set('k', 'older', { ...TTL, version: 2 });
    expect(shared.calls).toEqual(['fence', 'put']);
    for (const cache of [a, b]) expect(await cache.get('k')).toMatchObject({ value: 'newer' });
  });

  it('never serve the old value after the shared tier refused the new one', async () => {
    await a.set('k', 'old', TTL);
    jest.spyOn(shared, 'put').mockResolvedValueOnce({ outcome: 'overtaken' });
    await a.set('k', 'new', TTL);
    expect(await b.get('k')).toBeUndefined();
  });

  it('skip a shared tier that is down: reads load, and sets and invalidations resolve', async () => {
    await a.set('k', 'old', TTL);
    shared.isDown = true;
    expect(await b.get('k')).toBeUndefined();
    expect(await b.getOrSet('k', { ...TTL, load: () => 'loaded' })).toMatchObject({
      from: 'miss',
      value: 'loaded',
      stored: true,
      ttlMs: 60_000,
    });
    await b.set('other', 'set', TTL);
    await b.invalidate({ keys: ['k'] });
    expect(await b.get('k')).toBeUndefined();
    expect(await b.get('other')).toMatchObject({ value: 'set' });
  });

  it('load without the shared tier when another process holds its lease for too long', async () => {
    await shared.claim('k', [], 60_000);
    const hasty = manager({ loadLimitMs: 1 });
    expect(await hasty.getOrSet('k', { ...TTL, load: () => 'loaded' })).toMatchObject({
      from: 'miss',
      stored: true,
    });
    expect(await hasty.get('k')).toMatchObject({ from: 'hit-l1', value: 'loaded' });
    expect(shared.calls).not.toContain('write');
  });

  it('wait for a busy key longer than a lease lasts', async () => {
    const wall = new LeasingMemoryTier();
    await wall.claim('k', [], 300);
    const patient = manager({ shared: wall, loadLimitMs: 100 });
    await patient.getOrSet('k', { ...TTL, load: () => 'loaded' });
    expect(await wall.read('k')).toMatchObject({ value: 'loaded', tags: [] });
  });

  it('report a load as stored when only the shared tier keeps it', async () => {
    const { load, started, resolve } = gated();
    const early = a.getOrSet('k', { ...TTL, load });
    await started;
    a.feed.lost();
    resolve('loaded');
    // This process misses invalidations from now on, so it vouches for the value only as long as L1 would keep it.
    expect(await early).toMatchObject({ stored: true, ttlMs: 1_000 });
    expect(await b.get('k')).toMatchObject({ from: 'hit-l2', value: 'loaded' });
  });

  it('subtract the time that the shared tier took from the time to live of the entry', async () => {
    await a.set('k', 'value', TTL);
    const read = shared.read.bind(shared);
    jest.spyOn(shared, 'read').mockImplementationOnce(async (key) => {
      const found = await read(key);
      await delay(50);
      return found;
    });
    await b.get('k');
    expect((await b.get('k'))?.ttlMs).toBeLessThan(59_990);
  });

  it('claim a lease for the load limit, 3 s by default, plus 500 ms for the write', async () => {
    const claims = jest.spyOn(shared, 'claim');
    await a.getOrSet('k', { ...TTL, tags: ['red'], load: () => 1 });
    await manager({ loadLimitMs: 200 }).getOrSet('other', { ...TTL, load: () => 1 });
    expect(claims.mock.calls).toEqual([
      ['k', ['red'], 3_500],
      ['other', [], 700],
    ]);
  });
});
