import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { type Grant, largestExcess } from '../../test/largest-excess.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { admit } from './gcra.ts';
import { ratePolicy } from './rate-policy.ts';

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

function randomPolicy(random: () => number) {
  return ratePolicy({
    name: 'property',
    capacity: 1 + Math.floor(random() * 50),
    ratePerSecond: 0.1 + random() * 2_000,
  });
}

describe('the generic cell rate algorithm', () => {
  it.each(seeds)(
    'admits at most capacity + rate * t in every window, for any costs and gaps (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const policy = randomPolicy(random);
      let now = 1_700_000_000_000_000;
      const store = new LocalLimitStore({ now: () => now });
      const admitted: Grant[] = [];
      for (let step = 0; step < 400; step += 1) {
        now += Math.floor(random() * policy.intervalMicros * (random() < 0.1 ? policy.capacity : 1.5));
        const cost = 1 + Math.floor(random() * Math.min(policy.capacity, 4));
        if (store.takeNow(policy, 'key', cost).allowed) admitted.push({ at: now / 1_000, units: cost });
      }
      expect(admitted.length).toBeGreaterThan(0);
      expect(largestExcess(admitted, policy)).toBeLessThanOrEqual(1e-9);
    },
  );

  it.each(seeds)(
    'admits at the returned retry time, and not one millisecond earlier (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const policy = randomPolicy(random);
      const cost = 1 + Math.floor(random() * policy.capacity);
      let now = 0;
      const store = new LocalLimitStore({ now: () => now });
      let decision = store.takeNow(policy, 'key', cost);
      while (decision.allowed) decision = store.takeNow(policy, 'key', cost);
      const denied = now;
      expect(decision.retryAfterMs).toBeGreaterThanOrEqual(1);
      now = denied + (decision.retryAfterMs - 1) * 1_000;
      expect(store.takeNow(policy, 'key', cost).allowed).toBe(false);
      now = denied + decision.retryAfterMs * 1_000;
      expect(store.takeNow(policy, 'key', cost).allowed).toBe(true);
    },
  );

  it('admits at the full rate: no unit is lost between admissions', async () => {
    const policy = ratePolicy({ name: 'steady', capacity: 1, ratePerSecond: 500 });
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    let allowed = 0;
    for (; now <= 1_000_000; now += 100) if (store.takeNow(policy, 'key', 1).allowed) allowed += 1;
    expect(allowed).toBe(501);
  });

  it('returns the time until the whole capacity is free', async () => {
    const policy = ratePolicy({ name: 'reset', capacity: 10, ratePerSecond: 10 });
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    expect(store.takeNow(policy, 'key', 4).resetMs).toBe(400);
    now = 400_000;
    expect(store.takeNow(policy, 'key', 10)).toMatchObject({
      allowed: true,
      remaining: 0,
      resetMs: 1_000,
    });
  });

  it('blocks a key for at most one refill after the clock jumped back', () => {
    const policy = ratePolicy({ name: 'jump', capacity: 5, ratePerSecond: 1 });
    const hourAhead = 3_600_000_000;
    const { allowed, tat } = admit(policy, hourAhead, 0, 1);
    expect(allowed).toBe(false);
    expect(tat).toBe(5_000_000);
    expect(admit(policy, tat, 1_000_000, 1).allowed).toBe(true);
  });
});
