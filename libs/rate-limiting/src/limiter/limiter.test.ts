import { describe, expect, it } from '@jest/globals';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { limiterOf, SwitchableStore } from '../../test/limiter-of.ts';
import { LimitStoreUnavailable } from '../stores/limit-store.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { Limiter } from './limiter.ts';

describe('a limiter whose store fails', () => {
  it('admits its local share of the policy', async () => {
    const { store, limiter } = limiterOf(2);
    const policy = ratePolicy({ name: 'share', capacity: 10, ratePerSecond: 1 });
    store.down = true;
    const decisions = await Promise.all(Array.from({ length: 20 }, () => limiter.take(policy, 'key')));
    expect(decisions.filter((decision) => decision.allowed)).toHaveLength(5);
    expect(decisions.every((decision) => decision.decidedBy === 'local')).toBe(true);
  });

  it('admits everything under an open policy', async () => {
    const { store, limiter } = limiterOf();
    const policy = ratePolicy({ name: 'open', capacity: 1, ratePerSecond: 1, whenStoreFails: 'open' });
    store.down = true;
    for (let request = 0; request < 10; request += 1) {
      expect(await limiter.take(policy, 'key')).toMatchObject({ allowed: true, decidedBy: 'none' });
    }
  });

  it('rejects with a retryable error instead of a denial under a closed policy', async () => {
    const { store, limiter } = limiterOf();
    const policy = ratePolicy({ name: 'closed', capacity: 1, ratePerSecond: 1, whenStoreFails: 'closed' });
    store.down = true;
    for (let request = 0; request < 10; request += 1) {
      await expect(limiter.take(policy, 'key')).rejects.toMatchObject({
        code: 'limit-store-unavailable',
        retryable: true,
      });
    }
  });

  it('stops calling the store while the breaker is open, and returns to the store by itself', async () => {
    const { store, limiter, advance } = limiterOf();
    const policy = ratePolicy({ name: 'breaker', capacity: 100, ratePerSecond: 100 });
    store.down = true;
    for (let request = 0; request < 20; request += 1) await limiter.take(policy, 'key');
    expect(store.asked).toBe(3);
    store.down = false;
    advance(500);
    expect((await limiter.take(policy, 'key')).decidedBy).toBe('shared');
    expect((await limiter.take(policy, 'key')).decidedBy).toBe('shared');
  });

  it('reports an outage once when the breaker opens, and its end', async () => {
    const { store, limiter, reports, advance } = limiterOf();
    const policy = ratePolicy({ name: 'reports', capacity: 100, ratePerSecond: 100 });
    const failedTrial = async () => {
      advance(500);
      await limiter.take(policy, 'key');
    };
    store.down = true;
    for (let request = 0; request < 2; request += 1) await limiter.take(policy, 'key');
    expect(reports).toEqual([]);
    await limiter.take(policy, 'key');
    await failedTrial();
    expect(reports).toEqual(['outage: down']);
    store.down = false;
    advance(500);
    for (let request = 0; request < 2; request += 1) await limiter.take(policy, 'key');
    expect(reports).toEqual(['outage: down', 'recovery']);
  });

  it('counts a cost larger than its share as the whole share', async () => {
    const { store, limiter } = limiterOf(4);
    const policy = ratePolicy({ name: 'large', capacity: 8, ratePerSecond: 1 });
    store.down = true;
    expect((await limiter.take(policy, 'key', 8)).allowed).toBe(true);
    expect((await limiter.take(policy, 'key', 1)).allowed).toBe(false);
  });

  it('treats a cost above the capacity as an error of the caller, not as a failure of the store', async () => {
    const { store, limiter } = limiterOf();
    const policy = ratePolicy({ name: 'costly', capacity: 2, ratePerSecond: 1 });
    for (let request = 0; request < 10; request += 1) {
      await expect(limiter.take(policy, 'key', 3)).rejects.toMatchObject({
        code: 'cost-exceeds-capacity',
        retryable: false,
      });
      await expect(limiter.take(policy, 'key', 0)).rejects.toThrow(RangeError);
    }
    expect(store.asked).toBe(0);
    expect((await limiter.take(policy, 'key')).decidedBy).toBe('shared');
  });

  it('reports the whole capacity as remaining under an open policy', async () => {
    const { store, limiter } = limiterOf();
    store.down = true;
    const policy = ratePolicy({ name: 'all', capacity: 7, ratePerSecond: 1, whenStoreFails: 'open' });
    expect(await limiter.take(policy, 'key')).toEqual({
      ...{ allowed: true, remaining: 7, retryAfterMs: 0, resetMs: 0, decidedBy: 'none' },
    });
  });

  it('rejects with the failure of the store as the cause', async () => {
    const { store, limiter } = limiterOf();
    store.down = true;
    const policy = ratePolicy({ name: 'shut', capacity: 1, ratePerSecond: 1, whenStoreFails: 'closed' });
    await expect(limiter.take(policy, 'key')).rejects.toMatchObject({ cause: expect.any(Error) });
  });

  it('closes both of its stores, and pings the shared one', async () => {
    const [store, local] = [new SwitchableStore(), new LocalLimitStore()];
    const limiter = new Limiter({ store, local, processes: 1 });
    await expect(limiter.ping()).resolves.toBeUndefined();
    await limiter.close();
    for (const closed of [limiter, store, local])
      await expect(closed.ping()).rejects.toMatchObject({ code: 'limit-store-unavailable' });
  });

  it('reports each failure of the store to onStoreFailure', async () => {
    const failures: unknown[] = [];
    const store = new SwitchableStore();
    const limiter = new Limiter({
      store,
      processes: 1,
      onStoreFailure: (error) => failures.push(error),
    });
    store.down = true;
    await limiter.take(ratePolicy({ name: 'told', capacity: 1, ratePerSecond: 1 }), 'key');
    expect(failures).toEqual([expect.any(LimitStoreUnavailable)]);
  });
});

describe('a limiter', () => {
  const policy = ratePolicy({ name: 'all-methods', capacity: 10, ratePerSecond: 0.001 });

  it('peeks at the store, and at its local share while the store fails', async () => {
    const { store, limiter } = limiterOf(2);
    await limiter.take(policy, 'key', 3);
    expect(await limiter.peek(policy, 'key', 7)).toMatchObject({
      allowed: true,
      decidedBy: 'shared',
      remaining: 7,
    });
    store.down = true;
    for (let times = 0; times < 5; times += 1)
      expect(await limiter.peek(policy, 'key')).toMatchObject({
        allowed: true,
        decidedBy: 'local',
        remaining: 5,
      });
    await expect(limiter.peek(policy, 'key', 11)).rejects.toMatchObject({ code: 'cost-exceeds-capacity' });
  });

  it('gives units back to where they were taken, also when the store is back meanwhile', async () => {
    const { store, limiter } = limiterOf(2);
    await limiter.take(policy, 'key', 10);
    store.down = true;
    const { decidedBy } = await limiter.take(policy, 'key', 10);
    expect((await limiter.peek(policy, 'key')).allowed).toBe(false);
    store.down = false;
    await limiter.refund(policy, 'key', 10, decidedBy);
    expect(await limiter.peek(policy, 'key')).toMatchObject({ decidedBy: 'shared', remaining: 0 });
    await limiter.refund(policy, 'key', 4, 'shared');
    await limiter.refund(policy, 'key', 4, 'none');
    expect(await limiter.peek(policy, 'key')).toMatchObject({ decidedBy: 'shared', remaining: 4 });
    store.down = true;
    expect(await limiter.peek(policy, 'key')).toMatchObject({ decidedBy: 'local', remaining: 5 });
    await expect(limiter.refund(policy, 'key', 4, 'shared')).rejects.toThrow('down');
    await expect(limiter.refund(policy, 'key', 0, 'none')).rejects.toThrow(RangeError);
  });

  it('forgets a key in the store, and in its local share even if the store does not answer', async () => {
    const { store, limiter } = limiterOf(2);
    await limiter.take(policy, 'key', 10);
    await limiter.reset(policy, 'key');
    expect((await limiter.take(policy, 'key', 10)).allowed).toBe(true);
    store.down = true;
    await limiter.take(policy, 'key', 5);
    await expect(limiter.reset(policy, 'key')).rejects.toThrow('down');
    expect(await limiter.peek(policy, 'key')).toMatchObject({ decidedBy: 'local', remaining: 5 });
  });

  it('remembers denials, and asks the store again when their time is over', async () => {
    const { store, limiter, advance } = limiterOf();
    const quick = ratePolicy({ name: 'quick', capacity: 1, ratePerSecond: 10 });
    await limiter.take(quick, 'key');
    for (let times = 0; times < 100; times += 1)
      expect(await limiter.take(quick, 'key')).toMatchObject({ allowed: false, decidedBy: 'shared' });
    expect(store.asked).toBe(2);
    advance(100);
    expect((await limiter.take(quick, 'key')).allowed).toBe(true);
    expect((await limiter.take(quick, 'key')).allowed).toBe(false);
    await limiter.refund(quick, 'key', 1, 'shared');
    expect((await limiter.take(quick, 'key')).allowed).toBe(true);
  });

  it.each(['reset', 'refund'] as const)('does not remember a denial that a %s has overtaken', async (by) => {
    const { store, limiter } = limiterOf();
    await limiter.take(policy, 'key', 10);
    // Decides at once, and answers only after the reset or refund.
    const [gate, take] = [Promise.withResolvers<void>(), store.take.bind(store)];
    store.take = async (charges) => {
      const decisions = await take(charges);
      await gate.promise;
      return decisions;
    };
    const denied = limiter.take(policy, 'key');
    if (by === 'reset') await limiter.reset(policy, 'key');
    else await limiter.refund(policy, 'key', 5, 'shared');
    gate.resolve();
    expect((await denied).allowed).toBe(false);
    expect((await limiter.take(policy, 'key')).allowed).toBe(true);
  });

  it.each(['reset', 'refund'] as const)(
    'forgets a denial that arrives during a %s, also if its answer is lost',
    async (by) => {
      const { store, limiter } = limiterOf();
      await limiter.take(policy, 'key', 10);
      const gate = Promise.withResolvers<void>();
      const undo = store[by].bind(store) as (...args: unknown[]) => Promise<void>;
      Object.assign(store, {
        [by]: async (...args: unknown[]) => {
          await gate.promise;
          await undo(...args);
          throw new Error('the answer was lost');
        },
      });
      const undoing =
        by === 'reset' ? limiter.reset(policy, 'key') : limiter.refund(policy, 'key', 5, 'shared');
      expect((await limiter.take(policy, 'key')).allowed).toBe(false);
      gate.resolve();
      await expect(undoing).rejects.toThrow('the answer was lost');
      expect((await limiter.take(policy, 'key')).allowed).toBe(true);
    },
  );

  it('remembers denials only, and none of a shadow policy', async () => {
    const { limiter, denials } = limiterOf();
    const shadow = ratePolicy({ name: 'shadow', capacity: 1, ratePerSecond: 1, shadow: true });
    await limiter.take(policy, 'key');
    for (let times = 0; times < 3; times += 1) await limiter.take(shadow, 'key');
    expect(denials.size).toBe(0);
    await limiter.take(policy, 'key', 9);
    await limiter.take(policy, 'key');
    expect(denials.size).toBe(1);
  });

  it.each([0, -1, 1.5, NaN])('refuses the number of processes %d', (processes) => {
    expect(() => limiterOf(processes)).toThrow(
      new RangeError(`processes: expected a whole number of at least 1, got ${processes}`),
    );
  });

  it('does not take a remembered denial for an answer of the store: the breaker opens, and stays open', async () => {
    const { store, limiter, reports, advance } = limiterOf();
    await limiter.take(policy, 'greedy', 10);
    await limiter.take(policy, 'greedy');
    store.down = true;
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await limiter.take(policy, key);
      await limiter.take(policy, 'greedy');
    }
    expect([store.asked, reports]).toEqual([5, ['outage: down']]);
    advance(500);
    await limiter.take(policy, 'greedy');
    expect(reports).toEqual(['outage: down']);
  });
});
