import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { CostExceedsCapacity } from '../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../gcra/decision.ts';
import { ratePolicy, type RatePolicy } from '../gcra/rate-policy.ts';
import { type LimitStore } from '../stores/limit-store.ts';

let policies = 0;
/** Creates a policy for one test, with a rate too slow to refill while the test runs. */
const policyOf = (capacity: number) =>
  ratePolicy({ name: `conformance-${(policies += 1)}`, capacity, ratePerSecond: 0.01 });

const UNTOUCHED = policyOf(5);

const take = async (store: LimitStore, policy: RatePolicy, key: string, cost: number) =>
  (await store.take([{ policy, key, cost }]))[0] as Decision;
const peek = async (store: LimitStore, policy: RatePolicy, key: string, cost: number) =>
  (await store.peek([{ policy, key, cost }]))[0] as Decision;
const refund = (store: LimitStore, policy: RatePolicy, key: string, cost: number) =>
  store.refund([{ policy, key, cost }]);

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
      const decisions = await Promise.all(Array.from({ length: 100 }, () => take(store, policy, 'key', 1)));
      expect(decisions.filter((decision) => decision.allowed)).toHaveLength(25);
    });

    it('counts the remaining units down and returns the time until more are free', async () => {
      const policy = policyOf(3);
      expect(await take(store, policy, 'key', 1)).toMatchObject({
        allowed: true,
        remaining: 2,
        retryAfterMs: 0,
      });
      expect(await take(store, policy, 'key', 2)).toMatchObject({ allowed: true, remaining: 0 });
      const denied = await take(store, policy, 'key', 1);
      expect(denied).toMatchObject({ allowed: false, remaining: 0 });
      expect(denied.retryAfterMs).toBeGreaterThan(99_000);
      expect(denied.retryAfterMs).toBeLessThanOrEqual(100_000);
      expect(denied.resetMs).toBeGreaterThan(299_000);
    });

    it('takes nothing on a denial: a smaller cost is admitted afterwards', async () => {
      const policy = policyOf(5);
      expect((await take(store, policy, 'key', 3)).allowed).toBe(true);
      expect((await take(store, policy, 'key', 3)).allowed).toBe(false);
      expect((await take(store, policy, 'key', 2)).allowed).toBe(true);
    });

    it('counts each key and each policy separately', async () => {
      const [one, other] = [policyOf(1), policyOf(1)];
      expect((await take(store, one, 'a', 1)).allowed).toBe(true);
      expect((await take(store, one, 'b', 1)).allowed).toBe(true);
      expect((await take(store, other, 'a', 1)).allowed).toBe(true);
      expect((await take(store, one, 'a', 1)).allowed).toBe(false);
    });

    it('blocks a key for at most one refill of the new policy after the policy became smaller', async () => {
      const large = policyOf(100);
      expect((await take(store, large, 'key', 100)).allowed).toBe(true);
      const small = ratePolicy({ ...large, capacity: 1 });
      const { allowed, retryAfterMs } = await take(store, small, 'key', 1);
      expect(allowed).toBe(false);
      expect(retryAfterMs).toBeLessThanOrEqual(100_000);
    });

    it('admits again after the returned time although the policy became smaller', async () => {
      const large = ratePolicy({ ...policyOf(1_000_000), ratePerSecond: 1_000 });
      expect((await take(store, large, 'key', 1_000_000)).allowed).toBe(true);
      const small = ratePolicy({ ...large, capacity: 1 });
      let decision = await take(store, small, 'key', 1);
      expect(decision.allowed).toBe(false);
      for (let tries = 0; !decision.allowed && tries < 100; tries += 1) {
        await delay(decision.retryAfterMs);
        decision = await take(store, small, 'key', 1);
      }
      expect(decision.allowed).toBe(true);
    });

    it('peeks without taking units', async () => {
      const policy = policyOf(5);
      await take(store, policy, 'key', 2);
      for (let times = 0; times < 3; times += 1)
        expect(await peek(store, policy, 'key', 3)).toMatchObject({
          allowed: true,
          remaining: 3,
          retryAfterMs: 0,
        });
      const denied = await peek(store, policy, 'key', 4);
      expect(denied).toMatchObject({ allowed: false, remaining: 3 });
      expect(denied.retryAfterMs).toBeGreaterThan(99_000);
      expect(await peek(store, policy, 'untouched', 5)).toMatchObject({
        allowed: true,
        remaining: 5,
        resetMs: 0,
      });
      expect((await take(store, policy, 'key', 3)).allowed).toBe(true);
    });

    it('gives back units that were not used, up to the capacity', async () => {
      const policy = policyOf(5);
      await take(store, policy, 'key', 5);
      await refund(store, policy, 'key', 2);
      expect(await peek(store, policy, 'key', 1)).toMatchObject({ allowed: true, remaining: 2 });
      await refund(store, policy, 'key', 5);
      expect(await peek(store, policy, 'key', 5)).toMatchObject({ allowed: true, remaining: 5, resetMs: 0 });
      await refund(store, policy, 'untouched', 5);
      expect((await take(store, policy, 'untouched', 5)).allowed).toBe(true);
      expect((await take(store, policy, 'untouched', 1)).allowed).toBe(false);
    });

    it('forgets a key on request, and no other', async () => {
      const policy = policyOf(2);
      await take(store, policy, 'a', 2);
      await take(store, policy, 'b', 2);
      await store.reset(policy, 'a');
      expect((await take(store, policy, 'a', 2)).allowed).toBe(true);
      expect((await take(store, policy, 'b', 1)).allowed).toBe(false);
    });

    it('refuses a cost above the capacity', async () => {
      await expect(take(store, policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(peek(store, policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(refund(store, policyOf(5), 'key', 6)).rejects.toThrow(CostExceedsCapacity);
      await expect(refund(store, policyOf(5), 'key', -1)).rejects.toThrow(RangeError);
    });

    it('takes all charges or none', async () => {
      const [second, day] = [policyOf(5), policyOf(3)];
      const charges = [
        { policy: second, key: 'address', cost: 2 },
        { policy: day, key: 'customer', cost: 2 },
      ];
      expect(await store.take(charges)).toMatchObject([
        { allowed: true, remaining: 3 },
        { allowed: true, remaining: 1 },
      ]);
      expect(await store.take(charges)).toMatchObject([
        { allowed: true, remaining: 3 },
        { allowed: false, remaining: 1 },
      ]);
      expect(await take(store, second, 'address', 3)).toMatchObject({ allowed: true, remaining: 0 });
      await store.refund(charges);
      expect(await store.peek(charges)).toMatchObject([
        { allowed: true, remaining: 2 },
        { allowed: true, remaining: 3 },
      ]);
    });

    it('takes all charges or none when calls overlap', async () => {
      const [wide, narrow] = [policyOf(100), policyOf(10)];
      const requests = Array.from({ length: 40 }, () =>
        store.take([
          { policy: wide, key: 'all', cost: 2 },
          { policy: narrow, key: 'one', cost: 1 },
        ]),
      );
      const admitted = (await Promise.all(requests)).filter((decisions) =>
        decisions.every(({ allowed }) => allowed),
      );
      expect(admitted).toHaveLength(10);
      expect(await peek(store, wide, 'all', 1)).toMatchObject({ remaining: 80 });
    });

    it('lets a shadow policy hinder no other one, and take only what it would admit', async () => {
      const shadow = ratePolicy({ ...policyOf(3), shadow: true });
      const enforced = policyOf(10);
      const charges = [
        { policy: shadow, key: 'key', cost: 2 },
        { policy: enforced, key: 'key', cost: 5 },
      ];
      expect(await store.take(charges)).toMatchObject([{ allowed: true }, { allowed: true }]);
      expect(await store.take(charges)).toMatchObject([
        { allowed: false, remaining: 1 },
        { allowed: true, remaining: 0 },
      ]);
      expect(await take(store, shadow, 'key', 1)).toMatchObject({ allowed: true, remaining: 0 });
    });

    it('charges two keys under one policy', async () => {
      const policy = policyOf(2);
      const charges = ['a', 'b'].map((key) => ({ policy, key, cost: 2 }));
      expect(await store.take(charges)).toMatchObject([{ allowed: true }, { allowed: true }]);
      expect(await store.take(charges)).toMatchObject([{ allowed: false }, { allowed: false }]);
    });

    it.each([
      ['no charge', () => []],
      ['17 charges', () => Array.from({ length: 17 }, () => ({ policy: policyOf(1), key: 'key', cost: 1 }))],
      ['an empty key', () => [{ policy: policyOf(1), key: '', cost: 1 }]],
      ['a key of 1 MB', () => [{ policy: policyOf(1), key: 'k'.repeat(1_000_000), cost: 1 }]],
      ['an absent key', () => [{ policy: policyOf(1), key: undefined as unknown as string, cost: 1 }]],
      ['a cost of NaN', () => [{ policy: policyOf(1), key: 'key', cost: Number.NaN }]],
      ['one key twice', () => Array.from({ length: 2 }, () => ({ policy: UNTOUCHED, key: 'key', cost: 1 }))],
    ])('refuses %s before anything is written', async (_, charges) => {
      const valid = { policy: UNTOUCHED, key: 'valid', cost: 1 };
      const wrong = charges();
      const given = wrong.length === 0 ? wrong : [valid, ...wrong];
      await expect(store.take(given)).rejects.toThrow(RangeError);
      await expect(store.peek(given)).rejects.toThrow(RangeError);
      await expect(store.refund(given)).rejects.toThrow(RangeError);
      expect(await store.peek([valid])).toMatchObject([{ remaining: UNTOUCHED.capacity, resetMs: 0 }]);
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
        () => take(closing, policy, 'key', 1),
        () => peek(closing, policy, 'key', 1),
        () => refund(closing, policy, 'key', 1),
        () => closing.reset(policy, 'key'),
        () => closing.ping(),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'limit-store-unavailable' });
    });
  });
}
