import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { type CacheManagerOptions } from './cache-manager-options.ts';
import { MemoryTier } from './tiers/memory-tier.ts';
import { type Announced } from './tiers/tier.ts';

const TTL = { ttlMs: 60_000 };

describe('cache managers that may miss invalidations', () => {
  let now: number;
  let shared: LeasingMemoryTier;
  let a: CacheManager;
  let b: CacheManager;

  const manager = (options: Partial<CacheManagerOptions> = {}) =>
    new CacheManager({ memory: new MemoryTier({ now: () => now }), shared, jitter: 0, ...options });
  beforeEach(() => {
    now = performance.now();
    shared = new LeasingMemoryTier({ now: () => now });
    [a, b] = [manager(), manager()];
  });

  it('clear L1 when invalidations are lost, and keep later entries for deafTtlMs only', async () => {
    const cache = new CacheManager({
      memory: new MemoryTier({ now: () => now }),
      jitter: 0,
      deafTtlMs: 1_000,
    });
    await cache.set('a', 'before', TTL);
    cache.feed.lost();
    expect(await cache.get('a')).toBeUndefined();

    await cache.set('a', 'deaf', TTL);
    expect((await cache.get('a'))?.value).toBe('deaf');
    now += 1_001;
    expect(await cache.get('a')).toBeUndefined();

    await cache.set('a', 'may be old', TTL);
    await cache.feed.startEmpty();
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', 'heard', TTL);
    now += 30_000;
    expect((await cache.get('a'))?.value).toBe('heard');
  });

  it('do not read the shared tier while they receive no invalidations, and keep entries for one second', async () => {
    await a.set('k', 'may be old', TTL);
    const deaf = manager({ hearing: false });
    shared.calls.splice(0);
    expect(await deaf.get('k')).toBeUndefined();
    const loaded = await deaf.getOrSet('k', { ...TTL, load: () => 'loaded' });
    expect(loaded).toMatchObject({ from: 'miss', ttlMs: 1_000 });
    expect(shared.calls).toEqual([]);
    now += 999;
    expect(await deaf.get('k')).toMatchObject({ value: 'loaded' });
    now += 1;
    expect(await deaf.get('k')).toBeUndefined();
  });

  it('do not use entries of the shared tier from before they received invalidations', async () => {
    const deaf = manager({ hearing: false });
    await a.set('k', 'may be old', TTL);
    await deaf.feed.startEmpty();
    expect(await deaf.get('k')).toBeUndefined();
    await a.set('k', 'new', TTL);
    expect(await deaf.get('k')).toMatchObject({ from: 'hit-l2', value: 'new' });
  });

  describe('with a feed of invalidations', () => {
    const received = (...ids: string[]) => new Set(ids);

    it('keep the shared tier if one that starts has received what another one has recorded', async () => {
      await a.set('k', 'right', TTL);
      await a.feed.record('beat 7');
      const starting = manager({ hearing: false });
      const ids = received('beat 6', 'beat 7');
      expect(await starting.feed.startWithOthers((id) => ids.has(id))).toBe(true);
      expect(await starting.get('k')).toMatchObject({ from: 'hit-l2', value: 'right' });
    });

    it.each([
      ['nothing', undefined],
      ['an older position', 'beat 3'],
    ])('do not start with others if these have recorded %s', async (_what, position) => {
      await a.set('k', 'may be old', TTL);
      if (position !== undefined) await a.feed.record(position);
      const starting = manager({ hearing: false });
      const ids = received('beat 6', 'beat 7');
      expect(await starting.feed.startWithOthers((id) => ids.has(id))).toBe(false);
      expect(await starting.get('k')).toBeUndefined();
      await starting.feed.startEmpty();
      expect(await b.get('k')).toBeUndefined();
    });

    it('do not start with others if nothing is recorded, whatever they have received', async () => {
      const starting = manager({ hearing: false });
      expect(await starting.feed.startWithOthers(() => true)).toBe(false);
      const alone = new CacheManager({ memory: new MemoryTier(), hearing: false });
      expect(await alone.feed.startWithOthers(() => false)).toBe(true);
    });

    it('remove what was loaded before the start from memory', async () => {
      await a.feed.record('beat 7');
      const starting = manager({ hearing: false });
      await starting.getOrSet('k', { ...TTL, load: () => 'from before an invalidation that was missed' });
      await starting.feed.startWithOthers(() => true);
      expect(await starting.get('k')).toBeUndefined();
    });
  });

  it('do not read the shared tier when invalidations are lost again while both tiers are being emptied', async () => {
    const deaf = manager({ hearing: false });
    const heard = deaf.feed.startEmpty();
    deaf.feed.lost();
    await heard;
    await a.set('k', 'may be old', TTL);
    expect(await deaf.get('k')).toBeUndefined();
  });

  it('empty both tiers at each start from nothing', async () => {
    const deaf = manager({ hearing: false });
    for (const value of ['first', 'second']) {
      await a.set('k', value, TTL);
      expect(await deaf.feed.startEmpty()).toBe(true);
      expect(await deaf.get('k')).toBeUndefined();
    }
  });

  it('do not read the shared tier until the latest call of startEmpty has emptied both tiers', async () => {
    const deaf = manager({ hearing: false });
    const gate = Promise.withResolvers<Announced>();
    const first = deaf.feed.startEmpty();
    deaf.feed.lost();
    jest.spyOn(shared, 'invalidate').mockReturnValueOnce(gate.promise);
    const second = deaf.feed.startEmpty();
    await first;
    await a.set('k', 'may be old', TTL);
    expect(await deaf.get('k')).toBeUndefined();
    gate.resolve({});
    await second;
    await a.set('k', 'new', TTL);
    expect(await deaf.get('k')).toMatchObject({ value: 'new' });
  });
});
