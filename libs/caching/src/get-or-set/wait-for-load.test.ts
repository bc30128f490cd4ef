import { describe, expect, it, jest } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { entryOf } from '../conformance/tier.conformance.ts';
import { LeasingMemoryTier } from '../../test/leasing-memory-tier.ts';
import { type MemoryFence } from '../tiers/memory-tier.ts';
import { type Claim } from '../tiers/tier.ts';
import { waitForLoad } from './wait-for-load.ts';

describe('waitForLoad', () => {
  /** Waits for a key that another process has claimed for `leaseMs`. */
  const waiting = async (limitMs: number, leaseMs = 1_000) => {
    const clock = new VirtualClock();
    const tier = new LeasingMemoryTier({ now: () => clock.monotonicMs() });
    const loader = (await tier.claim('k', [], leaseMs)) as Extract<Claim<MemoryFence>, { state: 'granted' }>;
    tier.calls.length = 0;
    const ended: { claim?: Claim; at?: number } = {};
    void waitForLoad(tier, 'k', [], { leaseMs: 500, limitMs, clock }).then((claim) =>
      Object.assign(ended, { claim, at: clock.monotonicMs() }),
    );
    await clock.run(0);
    const claims = () => tier.calls.filter((call) => call === 'claim').length;
    return { clock, tier, fence: loader.fence, ended, claims };
  };

  it('gets the entry as soon as the other process has written it, and does not ask before', async () => {
    const { clock, tier, fence, ended, claims } = await waiting(5_000);
    await clock.run(400);
    expect([ended, claims()]).toEqual([{}, 1]);
    await tier.write('k', entryOf('loaded'), fence);
    await clock.run(0);
    expect(ended).toMatchObject({ at: 400, claim: { state: 'hit', entry: { value: 'loaded' } } });
    expect([claims(), clock.timers]).toEqual([2, 0]);
  });

  it('subscribes only while the key is busy, and asks again only when it is woken', async () => {
    const { clock, tier, ended, claims } = await waiting(5_000, 10_000);
    const unsubscribe = jest.fn();
    let wake: () => void = () => undefined;
    const subscribe = jest.spyOn(tier, 'onLoadEnded').mockImplementation((_key, woken) => {
      wake = woken;
      return unsubscribe;
    });
    void waitForLoad(tier, 'k', [], { leaseMs: 500, limitMs: 5_000, clock });
    await clock.run(0);
    const before = claims();
    wake();
    await clock.run(10);
    expect(claims()).toBe(before + 1);
    expect([subscribe.mock.calls.length, unsubscribe.mock.calls.length, ended]).toEqual([1, 0, {}]);
    await clock.run(5_000);
    expect(unsubscribe).toHaveBeenCalledTimes(1);
    await waitForLoad(tier, 'free', [], { leaseMs: 500, limitMs: 5_000, clock });
    expect(subscribe).toHaveBeenCalledTimes(1);
  });

  it('gets the lease as soon as the other process releases its own', async () => {
    const { clock, tier, fence, ended } = await waiting(5_000);
    await clock.run(300);
    await tier.release('k', fence);
    await clock.run(0);
    expect(ended).toMatchObject({ at: 300, claim: { state: 'granted' } });
  });

  it('gets the lease when the lease of a dead process ends', async () => {
    const { clock, ended, claims } = await waiting(5_000, 400);
    await clock.run(1_000);
    expect(ended).toMatchObject({ at: 400, claim: { state: 'granted' } });
    expect(claims()).toBe(2);
  });

  it('asks again after half a second, in case a message was lost', async () => {
    const { clock, tier, ended, claims } = await waiting(5_000, 10_000);
    await clock.run(400);
    // A write by another way than the lease, of which this tier says nothing.
    await tier.invalidate({ keys: ['k'] });
    await clock.run(99);
    expect(ended).toEqual({});
    await clock.run(1);
    expect(ended).toMatchObject({ at: 500, claim: { state: 'granted' } });
    expect(claims()).toBe(2);
  });

  it('gives up at its limit', async () => {
    const { clock, ended } = await waiting(1_200, 10_000);
    await clock.run(3_000);
    expect(ended).toMatchObject({ at: 1_200, claim: { state: 'busy' } });
    expect(clock.timers).toBe(0);
  });
});
