import { beforeEach, describe, expect, it } from '@jest/globals';
import { SYSTEM_CLOCK } from '@groundwork/resilience';
import { entryOf } from '../conformance/tier.conformance.ts';
import { type InvalidationChannel } from '../invalidation/channel.ts';
import { MemoryTier } from './memory-tier.ts';
import { TwoTiers } from './two-tiers.ts';

describe('L1 of two tiers', () => {
  let [now, reads, trustedUntil] = [0, 0, 0];
  const clock = {
    ...SYSTEM_CLOCK,
    monotonicMs: () => {
      reads += 1;
      return now;
    },
  };
  const channel = {
    isTrusted: (at = clock.monotonicMs()) => at < trustedUntil,
  } as InvalidationChannel;
  const open = (memory: MemoryTier) => {
    memory.write('k', entryOf(1, { ttlMs: 100 }), memory.fence('k', []));
    return new TwoTiers({ memory, channel, clock, shared: undefined, hearing: true, deafTtlMs: 1_000 });
  };

  beforeEach(() => {
    [now, reads, trustedUntil] = [0, 0, 1_000];
  });

  it('reads a clock that both share once, for the trust and for the life of the entry', () => {
    const tiers = open(new MemoryTier({ now: clock.monotonicMs }));
    reads = 0;
    expect(tiers.readLocal('k')).toMatchObject({ value: 1, ttlMs: 100 });
    expect(reads).toBe(1);
    now = 99;
    expect(tiers.readLocal('k')).toMatchObject({ ttlMs: 1 });
    now = 100;
    expect(tiers.readLocal('k')).toBeUndefined();
  });

  it('serves nothing from the moment at which the trust ends', () => {
    for (const memory of [new MemoryTier({ now: clock.monotonicMs }), new MemoryTier({ now: () => now })]) {
      [now, trustedUntil] = [0, 50];
      const tiers = open(memory);
      now = 49;
      expect(tiers.readLocal('k')?.value).toBe(1);
      now = 50;
      expect(tiers.readLocal('k')).toBeUndefined();
      // A new answer of the journal.
      trustedUntil = 60;
      expect(tiers.readLocal('k')?.value).toBe(1);
    }
  });

  it('keeps an entry of L2 no longer than L2 does: the time since its read counts', () => {
    const memory = new MemoryTier({ now: clock.monotonicMs });
    const tiers = open(memory);
    now = 40;
    tiers.keepLocal('other', entryOf(2, { ttlMs: 100, freshMs: 60 }), memory.fence('other', []), 0);
    expect(tiers.readLocal('other')).toMatchObject({ ttlMs: 60, freshMs: 20 });
    now = 100;
    expect(tiers.readLocal('other')).toBeUndefined();
  });

  it('asks each of two clocks for its own time', () => {
    let ofMemory = 1_000_000;
    const tiers = open(new MemoryTier({ now: () => ofMemory }));
    expect(tiers.readLocal('k')?.value).toBe(1);
    ofMemory += 100;
    expect(tiers.readLocal('k')).toBeUndefined();
  });

  it('finds each later invalidation and expiry of an entry that was read before', () => {
    const memory = new MemoryTier({ now: clock.monotonicMs });
    const tiers = open(memory);
    expect(tiers.readLocal('k')?.freshMs).toBe(100);
    memory.expire({ keys: ['k'] });
    memory.invalidate({ keys: ['another'] });
    expect(tiers.readLocal('k')?.freshMs).toBe(0);
    now = 10;
    expect(tiers.readLocal('k')?.freshMs).toBe(-10);
    memory.invalidate({ keys: ['k'] });
    expect(tiers.readLocal('k')).toBeUndefined();
  });
});
