import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const SWR = { ttlMs: 60_000, tags: ['red'], staleWhileRevalidateMs: 5_000 };
const DOWN = () => Promise.reject(new Error('source down'));

describe('entries that expire on request', () => {
  let now: number;
  let shared: LeasingMemoryTier;
  let a: CacheManager;
  let b: CacheManager;

  const manager = () => new CacheManager({ memory: new MemoryTier({ now: () => now }), shared, jitter: 0 });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  beforeEach(() => {
    now = performance.now();
    shared = new LeasingMemoryTier({ now: () => now });
    [a, b] = [manager(), manager()];
  });

  it.each([{ keys: ['k'] }, { tags: ['red'] }, { everything: true }])(
    'are served to those that accept them, and loaded again by all others: %j',
    async (target) => {
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      await a.expire(target);
      expect(await a.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ value: 'old', stale: true });
      expect(await b.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ value: 'old', stale: true });
      expect(await a.get('k')).toBeUndefined();
      await settle();
      expect(await b.getOrSet('k', { ...SWR, staleWhileRevalidateMs: 0, load: () => 'new' })).toMatchObject({
        value: 'new',
        stale: false,
      });
    },
  );

  it('are served only for the time that a caller accepts, from the expiry on', async () => {
    await a.getOrSet('k', { ...SWR, load: () => 'old' });
    await a.expire({ keys: ['k'] });
    expect(await a.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ stale: true });
    now += 5_001;
    await expect(a.getOrSet('k', { ...SWR, load: DOWN })).rejects.toThrow('source down');
  });

  it('do not count as fresh when a set of them was on its way', async () => {
    const put = shared.put.bind(shared);
    jest.spyOn(shared, 'put').mockImplementationOnce(async (...args) => {
      await a.expire({ tags: ['red'] });
      return put(...args);
    });
    await a.set('k', 'old', SWR);
    expect(await a.get('k')).toBeUndefined();
    expect(await b.get('k')).toBeUndefined();
  });

  it('are not replaced by a load that began before they expired', async () => {
    const gate = Promise.withResolvers<string>();
    const early = a.getOrSet('k', { ...SWR, load: () => gate.promise });
    await settle();
    await a.expire({ tags: ['red'] });
    const late = a.getOrSet('k', { ttlMs: 60_000, tags: ['red'], load: () => 'new' });
    gate.resolve('old');
    expect((await early).value).toBe('old');
    expect(await late).toMatchObject({ value: 'new', stale: false });
  });
});
