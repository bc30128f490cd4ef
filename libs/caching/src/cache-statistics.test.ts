import { describe, expect, it } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000 };

describe('the statistics of a manager', () => {
  it('count who answered, what was loaded and what was changed', async () => {
    const shared = new LeasingMemoryTier();
    const [a, b] = [1, 2].map(
      () => new CacheManager({ memory: new MemoryTier({ maxEntries: 2 }), shared }),
    ) as [CacheManager, CacheManager];
    const kept = { ...TTL, staleWhileRevalidateMs: 60_000, staleIfErrorMs: 60_000 };
    await Promise.all([1, 2, 3].map(() => a.getOrSet('k', { ...kept, load: () => 1 })));
    await a.getOrSet('k', { ...kept, load: () => 1 });
    await b.getOrSet('k', { ...kept, load: () => 1 });
    await b.get('k');
    for (const key of ['one', 'two']) await b.getOrSet(key, { ...TTL, load: () => key });
    await expect(
      a.getOrSet('bad', { ...TTL, load: () => Promise.reject(new Error('down')) }),
    ).rejects.toThrow();
    await a.expire({ keys: ['k'] });
    await a.getOrSet('k', {
      ...kept,
      staleWhileRevalidateMs: 0,
      load: () => Promise.reject(new Error('down')),
    });
    shared.isDown = true;
    await a.invalidate({ keys: ['k'] });

    expect(a.statistics).toMatchObject({
      ...{ l1: { hits: 1, evictions: 0, entries: 1 }, l2: { hits: 0 } },
      ...{ loads: 3, loadErrors: 2, collapsed: 2, waits: 0, stale: 1, earlyRefreshes: 0 },
      ...{ changes: 2, changesNotEverywhere: 2 },
    });
    expect(b.statistics).toMatchObject({
      l1: { hits: 1, evictions: 1, entries: 2 },
      l2: { hits: 1 },
      loads: 2,
    });
    expect(b.statistics.l1.bytes).toBeGreaterThan(0);
  });

  it('count the waits for the load of another process', async () => {
    const shared = new LeasingMemoryTier();
    const [loading, waiting] = [1, 2].map(() => new CacheManager({ memory: new MemoryTier(), shared }));
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
    const load = () => (begun.resolve(), gate.promise);
    const first = loading!.getOrSet('k', { ...TTL, load });
    await begun.promise;
    const second = waiting!.getOrSet('k', { ...TTL, load });
    gate.resolve('loaded');
    expect(await Promise.all([first, second])).toMatchObject([{ from: 'miss' }, { from: 'hit-l2' }]);
    expect([loading, waiting].map((cache) => cache!.statistics.waits)).toEqual([0, 1]);
  });
});
