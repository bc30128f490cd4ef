import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { type CacheManagerOptions } from './cache-manager-options.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 1_000 };
const DOWN = () => Promise.reject(new Error('source down'));

describe('stale values', () => {
  let now: number;
  let shared: LeasingMemoryTier;
  let refreshErrors: string[];
  let a: CacheManager;
  let b: CacheManager;

  const manager = (options: Partial<CacheManagerOptions> = {}) =>
    new CacheManager({
      ...{ memory: new MemoryTier({ now: () => now }), shared, jitter: 0 },
      onRefreshError: (key, error) => refreshErrors.push(`${key}: ${(error as Error).message}`),
      ...options,
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    now = performance.now();
    refreshErrors = [];
    shared = new LeasingMemoryTier({ now: () => now });
    [a, b] = [manager(), manager()];
  });

  describe('while they are revalidated', () => {
    const SWR = { ...TTL, staleWhileRevalidateMs: 5_000 };

    it('are served at once, and refreshed by one load in the background', async () => {
      const load = jest.fn(async () => 'new');
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 1_500;
      const answers = await Promise.all(Array.from({ length: 50 }, () => a.getOrSet('k', { ...SWR, load })));
      expect(new Set(answers.map(({ value, stale, from }) => `${value} ${stale} ${from}`))).toEqual(
        new Set(['old true hit-l1']),
      );
      await settle();
      expect(await a.getOrSet('k', { ...SWR, load })).toMatchObject({
        value: 'new',
        stale: false,
      });
      expect(load).toHaveBeenCalledTimes(1);
    });

    it('are served from the shared tier, and one of two processes refreshes them', async () => {
      const load = jest.fn(async () => 'new');
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 1_500;
      const [c, d] = [manager(), manager()];
      for (const one of [c, d])
        expect(await one.getOrSet('k', { ...SWR, load })).toMatchObject({
          value: 'old',
          stale: true,
          from: 'hit-l2',
        });
      await settle();
      for (const one of [c, d])
        expect(await one.getOrSet('k', { ...SWR, load })).toMatchObject({ value: 'new' });
      expect(load).toHaveBeenCalledTimes(1);
    });

    it('are kept in memory if those of the shared tier are newer', async () => {
      await a.getOrSet('k', { ...SWR, load: () => 'first' });
      await b.getOrSet('k', { ...SWR, load: () => 'never' });
      const c = manager();
      now += 100;
      // Without a journal, b does not hear of it.
      await a.set('k', 'second', SWR);
      now += 1_500;
      const gate = Promise.withResolvers<string>();
      const read = (cache: CacheManager) => cache.getOrSet('k', { ...SWR, load: () => gate.promise });
      expect(await read(c)).toMatchObject({ value: 'second', from: 'hit-l2', stale: true });
      expect(await read(c)).toMatchObject({ value: 'second', from: 'hit-l1', stale: true });
      expect(await read(b)).toMatchObject({ value: 'first', from: 'hit-l1', stale: true });
      await settle();
      expect(await read(b)).toMatchObject({ value: 'second', from: 'hit-l1', stale: true });
      gate.resolve('third');
      await settle();
    });

    it('are not served to a caller that does not accept them, also when it joins the refresh', async () => {
      const gate = Promise.withResolvers<string>();
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 1_500;
      const accepting = a.getOrSet('k', { ...SWR, load: () => gate.promise });
      const strict = a.getOrSet('k', { ...TTL, load: () => 'of its own' });
      expect(await a.get('k')).toBeUndefined();
      expect((await accepting).value).toBe('old');
      gate.resolve('new');
      expect(await strict).toMatchObject({ value: 'new', stale: false, collapsed: true });
    });

    it('are not served after their time, or for longer than this caller accepts', async () => {
      for (const [accepts, laterMs] of [
        [5_000, 6_001],
        [100, 1_101],
      ] as const) {
        await a.getOrSet('k', { ...SWR, load: () => 'old' });
        now += laterMs;
        const load = () => 'new';
        expect(await a.getOrSet('k', { ...TTL, staleWhileRevalidateMs: accepts, load })).toMatchObject({
          value: 'new',
          from: 'miss',
        });
        await a.invalidate({ keys: ['k'] });
      }
    });

    it.each([{ keys: ['k'] }, { tags: ['red'] }])(
      'are never served after an invalidation: %j',
      async (target) => {
        await a.getOrSet('k', { ...SWR, tags: ['red'], load: () => 'old' });
        await b.getOrSet('k', { ...SWR, tags: ['red'], load: () => 'old' });
        now += 1_500;
        await b.invalidate(target);
        const load = () => 'new';
        expect(await b.getOrSet('k', { ...SWR, tags: ['red'], load })).toMatchObject({ value: 'new' });
        const c = manager();
        expect(await c.getOrSet('k', { ...SWR, tags: ['red'], load })).toMatchObject({ value: 'new' });
      },
    );

    it('are served until the end of their time, and counted', async () => {
      now = 1_000_000;
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 3_000;
      const stale = { ...TTL, load: () => 'new' };
      const atItsEnd = await b.getOrSet('k', { ...stale, staleWhileRevalidateMs: 2_000 });
      expect(atItsEnd).toMatchObject({ value: 'new', stale: false });
      expect(await a.getOrSet('k', { ...stale, staleWhileRevalidateMs: 2_001 })).toMatchObject({
        value: 'old',
        stale: true,
      });
      expect([a, b].map(({ statistics }) => statistics.stale)).toEqual([1, 0]);
    });

    it('are not served to a caller that joins their refresh after they were invalidated', async () => {
      await b.getOrSet('k', { ...SWR, tags: ['only-of-the-entry'], load: () => 'old' });
      now += 1_500;
      const gate = Promise.withResolvers<string>();
      const load = jest.fn(() => gate.promise);
      expect(await a.getOrSet('k', { ...SWR, load })).toMatchObject({ value: 'old', stale: true });
      await a.invalidate({ tags: ['only-of-the-entry'] });
      const joining = a.getOrSet('k', { ...SWR, load });
      gate.resolve('new');
      expect(await joining).toMatchObject({ value: 'new', stale: false });
    });

    it('stay when the refresh fails, and its error is reported', async () => {
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 1_500;
      expect(await a.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ value: 'old', stale: true });
      await settle();
      expect(refreshErrors).toEqual(['k: source down']);
      expect(await a.getOrSet('k', { ...SWR, load: () => 'new' })).toMatchObject({
        value: 'old',
        stale: true,
      });
      await settle();
      expect(await a.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ value: 'new', stale: false });
    });

    it('are replaced by the load of a process that died meanwhile: the next one refreshes them', async () => {
      await a.getOrSet('k', { ...SWR, load: () => 'old' });
      now += 1_500;
      await shared.claim('k', [], 100);
      const c = manager();
      expect(await c.getOrSet('k', { ...SWR, load: () => 'new' })).toMatchObject({
        value: 'old',
        stale: true,
      });
      now += 101;
      await expect(c.getOrSet('k', { ...TTL, load: () => 'newer' })).resolves.toMatchObject({ stale: false });
    });
  });

  describe('after an error of the source', () => {
    const SIE = { ...TTL, staleIfErrorMs: 60_000 };

    it('are served from memory or from the shared tier, for their time', async () => {
      await a.getOrSet('k', { ...SIE, load: () => 'old' });
      now += 30_000;
      expect(await a.getOrSet('k', { ...SIE, load: DOWN })).toMatchObject({
        value: 'old',
        stale: true,
        from: 'hit-l1',
      });
      expect(await b.getOrSet('k', { ...SIE, load: DOWN })).toMatchObject({ value: 'old', stale: true });
      await expect(a.getOrSet('k', { ...TTL, load: DOWN })).rejects.toThrow('source down');
      now += 31_001;
      await expect(a.getOrSet('k', { ...SIE, load: DOWN })).rejects.toThrow('source down');
    });

    it('are served until the end of their time', async () => {
      now = 1_000_000;
      await a.getOrSet('k', { ...SIE, load: () => 'old' });
      now += 11_000;
      await expect(a.getOrSet('k', { ...TTL, staleIfErrorMs: 10_000, load: DOWN })).rejects.toThrow('down');
      expect(await a.getOrSet('k', { ...TTL, staleIfErrorMs: 10_001, load: DOWN })).toMatchObject({
        value: 'old',
      });
    });

    it('are not served while the source answers', async () => {
      await a.getOrSet('k', { ...SIE, load: () => 'old' });
      now += 30_000;
      expect(await a.getOrSet('k', { ...SIE, load: () => 'new' })).toMatchObject({
        value: 'new',
        from: 'miss',
      });
    });

    it.each([{ keys: ['k'] }, { tags: ['red'] }, { everything: true }])(
      'are never served after an invalidation, also one during the failing load: %j',
      async (target) => {
        const options = { ...SIE, tags: ['red'] };
        await a.getOrSet('k', { ...options, load: () => 'old' });
        now += 30_000;
        const failing = async () => {
          await a.invalidate(target);
          throw new Error('source down');
        };
        await expect(a.getOrSet('k', { ...options, load: failing })).rejects.toThrow('source down');
        await expect(b.getOrSet('k', { ...options, load: DOWN })).rejects.toThrow('source down');
      },
    );

    it('are served from memory while the shared tier is down', async () => {
      await a.getOrSet('k', { ...SIE, load: () => 'old' });
      shared.isDown = true;
      now += 30_000;
      expect(await a.getOrSet('k', { ...SIE, load: DOWN })).toMatchObject({ value: 'old', stale: true });
    });
  });

  it('of the shared tier do not replace a newer one in memory', async () => {
    const SWR = { ...TTL, staleWhileRevalidateMs: 60_000 };
    await a.getOrSet('k', { ...SWR, load: () => 'oldest' });
    now += 1_500;
    jest.spyOn(shared, 'write').mockRejectedValueOnce(new Error('full'));
    await a.getOrSet('k', { ...SWR, load: () => 'newer' });
    await settle();
    now += 1_500;
    for (let times = 0; times < 3; times += 1) {
      expect(await a.getOrSet('k', { ...SWR, load: DOWN })).toMatchObject({ value: 'newer', stale: true });
      await settle();
    }
  });

  it('are refreshed although the callback for errors fails', async () => {
    const careless = manager({
      onRefreshError: () => {
        throw new Error('of the callback');
      },
    });
    const SWR = { ...TTL, staleWhileRevalidateMs: 5_000 };
    await careless.getOrSet('k', { ...SWR, load: () => 'old' });
    now += 1_500;
    expect((await careless.getOrSet('k', { ...SWR, load: DOWN })).value).toBe('old');
    await settle();
    await careless.getOrSet('k', { ...SWR, load: () => 'new' });
    await settle();
    expect((await careless.get('k'))?.value).toBe('new');
  });

  it.each([-1, Number.NaN, Infinity])('a time of %s is refused', async (ms) => {
    for (const option of ['staleWhileRevalidateMs', 'staleIfErrorMs'])
      await expect(a.getOrSet('k', { ...TTL, [option]: ms, load: DOWN })).rejects.toThrow(
        `${option}: expected`,
      );
  });
});
