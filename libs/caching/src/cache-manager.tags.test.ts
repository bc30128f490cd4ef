import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

describe('the tags of a caller', () => {
  const options = (tags: string[], value: string) => ({ ttlMs: 60_000, tags, load: () => value });
  let shared: LeasingMemoryTier;
  const manager = () => new CacheManager({ memory: new MemoryTier(), shared, jitter: 0 });
  beforeEach(() => {
    shared = new LeasingMemoryTier();
  });

  it('count on hits in both tiers: an entry that lacks one is loaded again, with all of them', async () => {
    const [a, b] = [manager(), manager()];
    await a.getOrSet('k', options(['red'], 'old'));
    await b.getOrSet('k', options(['red'], 'old'));
    expect(await a.getOrSet('k', options(['red', 'blue'], 'new'))).toMatchObject({
      from: 'miss',
      value: 'new',
    });
    expect(await b.getOrSet('k', options(['blue'], 'newer'))).toMatchObject({ from: 'hit-l2', value: 'new' });
    await b.invalidate({ tags: ['blue'] });
    expect(await b.get('k')).toBeUndefined();
  });

  it('count on a load that it would join', async () => {
    const a = manager();
    const gate = Promise.withResolvers<string>();
    const first = a.getOrSet('k', { ...options(['red'], ''), load: () => gate.promise });
    const more = a.getOrSet('k', options(['red', 'blue'], 'new'));
    const fewer = a.getOrSet('k', options([], 'never'));
    gate.resolve('old');
    expect((await first).value).toBe('old');
    expect((await more).value).toBe('new');
    expect(['old', 'new']).toContain((await fewer).value);
    await a.invalidate({ tags: ['blue'] });
    expect((await a.getOrSet('k', options(['red', 'blue'], 'newest'))).value).toBe('newest');
  });

  it.each(['invalidate', 'expire'] as const)(
    'of an entry count for callers that name none: after %s they join no earlier read of it',
    async (by) => {
      const [a, b] = [manager(), manager()];
      await a.set('k', 'old', { ttlMs: 60_000, tags: ['red'] });
      const [answered, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const claim = shared.claim.bind(shared);
      jest.spyOn(shared, 'claim').mockImplementationOnce(async (...args) => {
        const found = await claim(...args);
        answered.resolve();
        await gate.promise;
        return found;
      });
      const early = b.getOrSet('k', options([], 'never'));
      await answered.promise;
      await b[by]({ tags: ['red'] });
      const late = b.getOrSet('k', options([], 'new'));
      gate.resolve();
      expect((await early).value).toBe('old');
      expect((await late).value).toBe('new');
    },
  );

  it('are invalidated again and again, and a caller still gets the second load that it joins', async () => {
    const a = manager();
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<string>());
    const load = (index: number) => ({ ...options(['red'], ''), load: () => gates[index]!.promise });
    const launcher = a.getOrSet('k', load(0));
    const joiner = a.getOrSet('k', load(0));
    await a.invalidate({ tags: ['red'] });
    const second = a.getOrSet('k', load(1));
    gates[0]!.resolve('first');
    expect((await launcher).value).toBe('first');
    await a.invalidate({ tags: ['red'] });
    const third = a.getOrSet('k', load(2));
    gates[1]!.resolve('second');
    gates[2]!.resolve('third');
    expect((await second).value).toBe('second');
    expect(['second', 'third']).toContain((await joiner).value);
    expect((await third).value).toBe('third');
  });
});
