import { describe, expect, it } from '@jest/globals';
import { type Grant, largestExcess } from '../../test/largest-excess.ts';
import { randomOf, VirtualClock } from '@groundwork/testing';
import { ratePolicy, type RatePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { SharedTokenBucket } from './shared-token-bucket.ts';

describe('shared token buckets of eight processes, simulated', () => {
  const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

  it.each(seeds)('together grant no more than the policy, and reach its rate (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const clock = new VirtualClock();
    const shared = ratePolicy({ name: 'peer', capacity: 1 + Math.floor(random() * 10), ratePerSecond: 100 });
    const store = new LocalLimitStore({ now: () => Math.floor(clock.monotonicMs() * 1_000) });
    const limiter = {
      refund: (policy: RatePolicy, key: string, cost: number) => {
        refunded += cost;
        return store.refund([{ policy, key, cost }]);
      },
      take: async (policy: RatePolicy, key: string, cost: number) => {
        const decision = store.takeNow(policy, key, cost);
        if (decision.allowed)
          taken.push({ units: cost, at: Math.floor(clock.monotonicMs() * 1_000) / 1_000 });
        return decision;
      },
    };
    const taken: Grant[] = [];
    let refunded = 0;
    const buckets = Array.from(
      { length: 8 },
      () => new SharedTokenBucket(shared, { limiter, key: 'provider', clock, random }),
    );
    let [granted, aborted] = [0, 0];
    for (let step = 0; step < 200; step += 1) {
      const bucket = buckets[Math.floor(random() * buckets.length)] as SharedTokenBucket;
      const leave = new AbortController();
      void bucket.acquire(1, { signal: leave.signal }).then(
        () => (granted += 1),
        () => (aborted += 1),
      );
      if (random() < 0.2) setImmediate(() => leave.abort());
      await clock.run(random() * 8);
    }
    await clock.run(5_000);
    expect(granted + aborted).toBe(200);
    expect(largestExcess(taken, shared)).toBeLessThanOrEqual(1e-9);
    // Units of callers that left are passed on, or given back.
    expect(taken.length - refunded).toBe(granted);
    expect([buckets.some(({ waiting }) => waiting > 0), clock.timers]).toEqual([false, 0]);
  });
});
