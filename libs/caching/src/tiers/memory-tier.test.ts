import { describe, expect, it } from '@jest/globals';
import { describeTier, entryOf } from '../conformance/tier.conformance.ts';
import { MemoryTier } from './memory-tier.ts';

describeTier('MemoryTier', async () => ({ tier: new MemoryTier(), close: () => undefined }));

describe('MemoryTier', () => {
  const put = (tier: MemoryTier, key: string, entry = entryOf(key)) =>
    tier.write(key, entry, tier.fence(key, entry.tags));

  it('is bounded by the number of entries and evicts the least recently used first', () => {
    const tier = new MemoryTier({ maxEntries: 2 });
    put(tier, 'a');
    put(tier, 'b');
    tier.read('a');
    put(tier, 'c');
    expect(['a', 'b', 'c'].map((key) => tier.read(key)?.value)).toEqual(['a', undefined, 'c']);
  });

  it('is bounded by bytes, so that a few huge entries cannot fill the process', () => {
    const tier = new MemoryTier({ maxBytes: 30_000 });
    for (const key of ['a', 'b', 'c']) put(tier, key, entryOf('x'.repeat(10_000)));
    put(tier, 'too large', entryOf('x'.repeat(31_000)));
    expect(['a', 'b', 'c', 'too large'].map((key) => tier.read(key) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(tier.bytes).toBeGreaterThan(20_000);
    expect(tier.bytes).toBeLessThanOrEqual(30_000);
  });

  it('removes an entry that a read finds expired or invalidated', () => {
    let now = 0;
    const tier = new MemoryTier({ now: () => now });
    put(tier, 'old', entryOf(1, { ttlMs: 1_000 }));
    put(tier, 'changed');
    tier.invalidate({ keys: ['changed'] });
    now = 1_000;
    expect([tier.read('old'), tier.read('changed'), tier.entries]).toEqual([undefined, undefined, 0]);
  });

  it('counts keys, tags and the cost of an entry itself, not only values', () => {
    const bytesOf = (key: string, tags: string[]) => {
      const tier = new MemoryTier();
      put(tier, key, entryOf(null, { tags }));
      return tier.bytes;
    };
    expect(bytesOf('k', [])).toBeGreaterThan(400);
    expect(bytesOf('k'.repeat(1_000), []) - bytesOf('k', [])).toBeGreaterThanOrEqual(992);
    expect(bytesOf('k', ['t'.repeat(1_000)]) - bytesOf('k', [])).toBeGreaterThanOrEqual(1_000);
  });

  it('holds 64 MiB unless its owner says otherwise', () => {
    const tier = new MemoryTier();
    for (const key of ['a', 'b', 'c', 'd']) put(tier, key, entryOf('x'.repeat(20 * 1024 * 1024)));
    expect(['a', 'b', 'c', 'd'].map((key) => tier.read(key) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it.each([
    [{ maxEntries: 0 }, 'maxEntries: expected a whole number of at least 1, got 0'],
    [{ maxBytes: Number.NaN }, 'maxBytes: expected a whole number of at least 1, got NaN'],
    [{ maxBytes: 1.5 }, 'maxBytes: expected'],
  ])('refuses the bound %j', (options, message) => {
    expect(() => new MemoryTier(options)).toThrow(message);
  });

  it('counts down the time to live and stops serving the entry at its end', () => {
    let now = 0;
    const tier = new MemoryTier({ now: () => now });
    put(tier, 'a', entryOf(1, { ttlMs: 100 }));
    now = 99.5;
    expect(tier.read('a')?.ttlMs).toBe(0.5);
    now = 100;
    expect(tier.read('a')).toBeUndefined();
  });

  it('refuses an entry whose time to live is over', () => {
    const tier = new MemoryTier();
    expect(put(tier, 'a', entryOf(1, { ttlMs: 0 }))).toBe(false);
    expect(tier.read('a')).toBeUndefined();
  });

  it('refuses a write when a tag that was unknown at the fence was invalidated since', () => {
    const tier = new MemoryTier();
    const fence = tier.fence('a', []);
    tier.invalidate({ tags: ['learnt later'] });
    expect(tier.write('a', entryOf(1, { tags: ['learnt later'] }), fence)).toBe(false);
  });
});
