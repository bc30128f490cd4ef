import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, VirtualClock } from '@groundwork/testing';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { LocalJournal } from '../test/local-journal.ts';
import { reachTier } from '../test/reach.ts';
import { type Changed } from './cache-manager-options.ts';
import { CacheManager } from './cache-manager.ts';
import { PurgePolicy } from './edge/purge-policy.ts';
import { type PurgeTargets } from './edge/purge-target.ts';
import { entryOf } from './conformance/tier.conformance.ts';
import { GuardedTier } from './tiers/guarded-tier.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000, tags: ['tag'] };

describe('a cache with an edge in front of it', () => {
  let stored: PurgeTargets[];
  let onEnqueue: (targets: PurgeTargets) => Promise<void> | void;
  const errors: unknown[] = [];
  const edge = {
    queue: {
      enqueue: async (targets: PurgeTargets) => {
        await onEnqueue(targets);
        stored.push(targets);
      },
    },
    onError: (error: unknown) => errors.push(error),
  };
  beforeEach(() => {
    stored = [];
    onEnqueue = () => undefined;
    errors.splice(0);
  });

  it('stores a purge of the tags and keys of each change', async () => {
    const cache = new CacheManager({ memory: new MemoryTier(), edge });
    const changes = [
      await cache.invalidate({ tags: ['tag'], keys: ['key'], namespaces: ['products'] }),
      await cache.delete('key'),
      await cache.expire({ tags: ['tag'] }),
      await cache.set('key', 1, TTL),
      await cache.invalidate({ everything: true }),
      await cache.namespace('products').clear(),
    ];
    expect(stored).toEqual([
      { tags: ['tag', 'namespace:products', 'key'], soft: false },
      { tags: ['key'], soft: false },
      { tags: ['tag'], soft: true },
      { tags: ['key'], soft: false },
      { tags: ['everything'], soft: false },
      { tags: ['namespace:products'], soft: false },
    ]);
    expect(new Set(changes.map((change) => change.edge))).toEqual(new Set(['queued']));
    expect((await new CacheManager({ memory: new MemoryTier() }).delete('key')).edge).toBe('none');
  });

  it('purges the edge after L2 and L1 of every process', async () => {
    const journal = new LocalJournal();
    const shared = new LeasingMemoryTier({ journal });
    const [changing, other] = [0, 1].map(
      () => new CacheManager({ memory: new MemoryTier(), shared, journal, edge }),
    ) as [CacheManager, CacheManager];
    let version = 1;
    const read = async (cache: CacheManager) =>
      (await cache.getOrSet('key', { ...TTL, load: () => version })).value;
    for (const cache of [changing, other]) expect(await read(cache)).toBe(1);
    // What the edge would fetch, from each process, at the moment of its purge.
    const fetched: number[] = [];
    onEnqueue = async () => void fetched.push(await read(other), await read(changing));
    version = 2;
    expect(await changing.invalidate({ tags: ['tag'] })).toEqual({ everywhere: true, edge: 'queued' });
    expect(fetched).toEqual([2, 2]);
    await Promise.all([changing.close(), other.close()]);
  });

  it('resolves after the purge is stored', async () => {
    const cache = new CacheManager({ memory: new MemoryTier(), edge });
    const { promise, resolve } = Promise.withResolvers<void>();
    onEnqueue = () => promise;
    let isResolved = false;
    const change = cache.delete('key').then(() => (isResolved = true));
    await new Promise((wake) => setImmediate(wake));
    expect(isResolved).toBe(false);
    resolve();
    await change;
  });

  it('reports a purge that could not be stored, and has changed L1 and L2 all the same', async () => {
    const cache = new CacheManager({ memory: new MemoryTier(), edge });
    await cache.set('key', 1, TTL);
    onEnqueue = () => Promise.reject(new Error('full'));
    expect(await cache.invalidate({ tags: ['tag'] })).toEqual({ everywhere: true, edge: 'failed' });
    expect(errors).toMatchObject([{ message: 'full' }]);
    expect(await cache.get('key')).toBeUndefined();
    expect(cache.statistics.changesNotAtEdge).toBe(1);
  });

  it('ends a change also when the edge has no onError, or one that throws', async () => {
    onEnqueue = () => Promise.reject(new Error('full'));
    const throwing = () => {
      throw new Error('a fault of the application');
    };
    for (const onError of [undefined, throwing]) {
      const own = { queue: edge.queue, ...(onError !== undefined && { onError }) };
      const cache = new CacheManager({ memory: new MemoryTier(), edge: own });
      expect((await cache.delete('key')).edge).toBe('failed');
    }
  });

  describe('and an L2 that one process does not reach', () => {
    const journal = new LocalJournal();
    const shared = new LeasingMemoryTier({ journal });
    let isCutOff: boolean;
    let version: number;
    const fetched: unknown[] = [];
    const connection: Parameters<typeof reachTier>[1] = {
      call: async (work) => {
        if (isCutOff) throw new Error('cut off');
        return work();
      },
      arrives: () => !isCutOff,
    };
    let guard: GuardedTier<unknown>;
    let changing: CacheManager;
    let other: CacheManager;
    beforeEach(async () => {
      [isCutOff, version] = [false, 1];
      fetched.splice(0);
      guard = new GuardedTier(reachTier(shared, connection), { probeEveryMs: 5, callLimitMs: 5_000 });
      changing = new CacheManager({ memory: new MemoryTier(), shared: guard, journal, edge });
      other = new CacheManager({ memory: new MemoryTier(), shared, journal });
      await shared.invalidate({ everything: true });
      await read();
      // What the edge fetches from the other process at the moment of a purge.
      onEnqueue = async () => void fetched.push(await read());
      isCutOff = true;
      version = 2;
    });
    afterEach(async () => {
      guard.close();
      await Promise.all([changing.close(), other.close()]);
    });
    const read = async () => (await other.getOrSet('key', { ...TTL, load: () => version })).value;

    it.each<[string, () => Promise<Changed>]>([
      ['an invalidation', () => changing.invalidate({ tags: ['tag'] })],
      ['an expiry', () => changing.expire({ tags: ['tag'] })],
      ['a set', () => changing.set('key', 2, TTL)],
    ])('purges again after %s has reached the other processes', async (_what, change) => {
      expect(await change()).toEqual({ everywhere: false, edge: 'queued' });
      expect(fetched).toEqual([1]);
      isCutOff = false;
      await eventually(() => fetched.length === 2, { every: 5 });
      expect(fetched).toEqual([1, 2]);
      expect(stored[1]).toEqual(stored[0]);
      expect(changing.statistics.changesNotAtEdge).toBe(0);
    });

    it('repeats the later purge until it is stored, and counts and reports each failure', async () => {
      await changing.invalidate({ tags: ['tag'] });
      onEnqueue = () => (errors.length === 0 ? Promise.reject(new Error('full')) : undefined);
      isCutOff = false;
      await eventually(() => stored.length === 2, { every: 5 });
      expect(stored[1]).toEqual(stored[0]);
      expect([errors.length, changing.statistics.changesNotAtEdge]).toEqual([1, 1]);
    });
  });

  it('takes less time for its slowest load than passes until the second purge', async () => {
    const clock = new VirtualClock();
    const now = () => clock.monotonicMs();
    const shared = new LeasingMemoryTier({ now });
    const cache = new CacheManager({ memory: new MemoryTier({ now }), shared, clock });
    // Another process loads and never ends, and then this one does not end either.
    await shared.claim('key', [], 1e9);
    const slowest = cache.getOrSet('key', { ...TTL, load: () => new Promise(() => undefined) });
    const endedAt = slowest.catch(() => now());
    await clock.run(60_000);
    const job = { target: { kind: 'tag', name: 'tag', soft: false }, ageMs: 0 } as const;
    const second = new PurgePolicy({}, Math.random).confirmed({
      ...job,
      purges: 0,
      failures: 0,
      refusals: 0,
    });
    expect(await endedAt).toBe(7_000);
    expect(second?.dueInMs).toBeGreaterThan(7_000);
  });

  it('stays deaf when it started empty and the purge of everything could not be stored', async () => {
    const shared = new LeasingMemoryTier();
    const cache = new CacheManager({ memory: new MemoryTier(), shared, edge, hearing: false });
    onEnqueue = () => Promise.reject(new Error('full'));
    expect(await cache.feed.startEmpty()).toBe(false);
    await shared.put('key', entryOf(1), await shared.fence('key', []), {});
    expect(await cache.get('key')).toBeUndefined();
    const { calls } = shared;
    calls.splice(0);
    expect(await cache.feed.startEmpty()).toBe(false);
    onEnqueue = () => undefined;
    expect(await cache.feed.startEmpty()).toBe(true);
    expect(stored).toEqual([{ tags: ['everything'], soft: false }]);
    // The tiers were empty already: other processes use L2.
    expect(calls).toEqual([]);
    await shared.put('key', entryOf(1), await shared.fence('key', []), {});
    expect(await cache.get('key')).toMatchObject({ from: 'hit-l2' });
  });

  it('empties the tiers again when invalidations were lost while it emptied them', async () => {
    const shared = new LeasingMemoryTier();
    const cache = new CacheManager({ memory: new MemoryTier(), shared, edge, hearing: false });
    onEnqueue = () => Promise.reject(new Error('full'));
    const starting = cache.feed.startEmpty();
    cache.feed.lost();
    expect(await starting).toBe(false);
    await shared.put('key', entryOf(1), await shared.fence('key', []), {});
    onEnqueue = () => undefined;
    expect(await cache.feed.startEmpty()).toBe(true);
    expect(await cache.get('key')).toBeUndefined();
  });
});
