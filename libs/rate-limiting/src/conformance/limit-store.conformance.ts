import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { CostExceedsCapacity } from '../gcra/cost-exceeds-capacity.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { type LimitStore } from '../stores/limit-store.ts';

let policies = 0;
/** Creates a policy for one test, with a rate too slow to refill while the test runs. */
const policyOf = (capacity: number) =>
  ratePolicy({ name: `conformance-${(policies += 1)}`, capacity, ratePerSecond: 0.01 });

/** The guarantees of every `LimitStore`. Each adapter runs this suite; run it on your own adapter too. */
export function limitStoreConformance(name: string, create: () => Promise<LimitStore> | LimitStore): void {
  describe(`${name} as a limit store`, () => {
    let store: LimitStore;
    beforeAll(async () => {
      store = await create();
    });
    afterAll(() => store.close());

    it('admits exactly the capacity when calls overlap', async () => {
      const policy = policyOf(25);
      const decisions = await Promise.all(Array.from({ length: 100 }, () => store.take(policy, 'key', 1)));
      expect(decisions.filter((decision) => decision.allowed)).toHaveLength(25);
    });

    it('counts the remaining units down and returns the time until more are free', async () => {
      const policy = policyOf(3);
      expect(await store.take(policy, 'key', 1)).toMatchObject({
        allowed: true,
        remaining: 2,
        retryAfterMs: 0,
      });
      expect(await store.take(policy, 'key', 2)).toMatchObject({ allowed: true, remaining: 0 });
      const denied = await store.take(policy, 'key', 1);
      expect(denied).toMatchObject({ allowed: false, remaining: 0 });
      expect(denied.retryAfterMs).toBeGreaterThan(99_000);
      expect(denied.retryAfterMs).toBeLessThanOrEqual(100_000);
      expect(denied.resetMs).toBeGreaterThan(299_000);
    });

    it('takes nothing on a denial: a smaller cost is admitted afterwards', async () => {
      const policy = policyOf(5);
      expect((await store.take(policy, 'key', 3)).allowed).toBe(true);
      expect((await store.take(policy, 'key', 3)).allowed).toBe(false);
      expect((await store.take(policy, 'key', 2)).allowed).toBe(true);
    });

    it('counts each key and each policy separately', async () => {
      const [one, other] = [policyOf(1), policyOf(1)];
      expect((await store.take(one, 'a', 1)).allowed).toBe(true);
      expect((await store.take(one, 'b', 1)).allowed).toBe(true);
      expect((await store.take(other, 'a', 1)).allowed).toBe(true);
      expect((await store.take(one, 'a', 1)).allowed).toBe(false);
    });

    it('blocks a key for at most one refill of the new policy after the policy became smaller', async () => {
      const large = policyOf(100);
      expect((await store.take(large, 'key', 100)).allowed).toBe(true);
      const small = ratePolicy({ ...large, capacity: 1 });
      const { allowed, retryAfterMs } = await store.take(small, 'key', 1);
      expect(allowed).toBe(false);
      expect(retryAfterMs).toBeLessThanOrEqual(100_000);
    });

    it('admits again after the returned time although the policy became smaller', async () => {
      const large = ratePolicy({ ...policyOf(1_000_000), ratePerSecond: 1_000 });
      expect((await store.take(large, 'key', 1_000_000)).allowed).toBe(true);
      const small = ratePolicy({ ...large, capacity: 1 });
      let decision = await store.take(small, 'key', 1);
      expect(decision.allowed).toBe(false);
      for (let tries = 0; !decision.allowed && tries < 100; tries += 1) {
        await delay(decision.retryAfterMs);
        decision = await store.take(small, 'key', 1);
      }
      expect(decision.allowed).toBe(true);
    });

    it('peeks without taking units', async () => {
      const policy = policyOf(5);
      await store.take(policy, 'key', 2);
      for (let times = 0; times < 3; times += 1)
        expect(await store.peek(policy, 'key', 3)).toMatchObject({
          allowed: true,
          remaining: 3,
          retryAfterMs: 0,
        });
      const denied = await store.peek(policy, 'key', 4);
      expect(denied).toMatchObject({ allowed: false, remaining: 3 });
      expect(denied.retryAfterMs).toBeGreaterThan(99_000);
      expect(await store.peek(policy, 'untouched', 5)).toMatchObject({
        allowed: true,
        remaining: 5,
        resetMs: 0,
      });
      expect((await store.take(policy, 'key', 3)).allowed).toBe(true);
    });

    it('gives back units that were not used, up to the capacity', async () => {
      const policy = policyOf(5);
      await store.take(policy, 'key', 5);
      await store.refund(policy, 'key', 2);
      expect(await store.peek(policy, 'key', 1)).toMatchObject({ allowed: true, remaining: 2 });
      await store.refund(policy, 'key', 5);
      expect(await store.peek(policy, 'key', 5)).toMatchObject({ allowed: true, remaining: 5, resetMs: 0 });
      await store.refund(policy, 'untouched', 5);
      expect((await store.take(policy, 'untouched', 5)).allowed).toBe(true);
      expect((await store.take(policy, 'untouched', 1)).allowed).toBe(false);
    });

    it('forgets a key on request, and no other', async () => {
      const policy = policyOf(2);
      await store.take(policy, 'a', 2);
      await store.take(policy, 'b', 2);
      await store.reset(policy, 'a');
      expect((await store.take(policy, 'a', 2)).allowed).toBe(true);
      expect((await store.take(policy, 'b', 1)).allowed).toBe(false);
    });

    it('refuses a cost above the capacity', async () => {
      await expect(store.take(policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(store.peek(policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(store.refund(policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(store.refund(policyOf(5), 'key', -1)).rejects.toThrow(RangeError);
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('rejects after it is closed, and can be closed twice', async () => {
      const closing = await create();
      await closing.close();
      await closing.close();
      const policy = policyOf(1);
      for (const call of [
        () => closing.take(policy, 'key', 1),
        () => closing.peek(policy, 'key', 1),
        () => closing.refund(policy, 'key', 1),
        () => closing.reset(policy, 'key'),
        () => closing.ping(),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'limit-store-unavailable' });
    });
  });
}
