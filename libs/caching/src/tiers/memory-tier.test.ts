import { describe, expect, it } from '@jest/globals';
import { describeTier, entryOf } from '../../conformance/tier.conformance.ts';
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

  it('is bounded by size, so that a few huge entries cannot fill the process', () => {
    const tier = new MemoryTier({ maxSize: 1_000 });
    for (const key of ['a', 'b', 'c']) put(tier, key, entryOf('x'.repeat(400)));
    put(tier, 'too large', entryOf('x'.repeat(2_000)));
    expect(['a', 'b', 'c', 'too large'].map((key) => tier.read(key) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('holds 32 MiB unless its owner says otherwise', () => {
    const tier = new MemoryTier();
    const size = 16 * 1024 * 1024;
    for (const key of ['a', 'b', 'c']) put(tier, key, { ...entryOf(key), size });
    expect(['a', 'b', 'c'].map((key) => tier.read(key)?.value)).toEqual([undefined, 'b', 'c']);
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
