import { describe, expect, it } from '@jest/globals';
import { LeasingMemoryTier } from '../../test/leasing-memory-tier.ts';
import { entryOf } from '../../conformance/tier.conformance.ts';
import { waitForLoad } from './wait-for-load.ts';

describe('waitForLoad', () => {
  /** Waits for a key that another process has claimed for one second. Each pause advances the clock by its length. */
  const waiting = async (
    limitMs: number,
    during: (tier: LeasingMemoryTier, now: number) => unknown = () => 0,
  ) => {
    let now = 0;
    const pauses: number[] = [];
    const tier = new LeasingMemoryTier({ now: () => now });
    await tier.claim('k', [], 1_000);
    const pause = async (ms: number) => {
      now += ms;
      pauses.push(ms);
      await during(tier, now);
    };
    const claim = await waitForLoad(tier, 'k', [], { leaseMs: 500, limitMs, now: () => now, pause });
    return { claim, pauses, now };
  };

  it('starts with short pauses and then asks every 25 ms until its limit', async () => {
    const { claim, pauses, now } = await waiting(100);
    expect(claim).toEqual({ state: 'busy' });
    expect(pauses.slice(0, 4)).toEqual([2, 3, 4.5, 6.75]);
    expect(Math.max(...pauses)).toBe(25);
    expect(pauses.at(-1)).toBe(25);
    expect(now).toBeGreaterThanOrEqual(100);
    expect(now).toBeLessThan(125);
  });

  it('gives up exactly at its limit', async () => {
    expect((await waiting(2)).pauses).toEqual([2]);
  });

  it('gets the lease when the lease of the other process expires', async () => {
    const { claim, now } = await waiting(5_000);
    expect(claim.state).toBe('granted');
    expect(now).toBeLessThan(1_025);
  });

  it('gets the entry that the other process has written', async () => {
    const { claim } = await waiting(5_000, async (tier, now) => {
      if (now < 50) return;
      await tier.write('k', entryOf('loaded'), await tier.fence('k', []));
    });
    expect(claim).toMatchObject({ state: 'hit', entry: { value: 'loaded' } });
  });
});
