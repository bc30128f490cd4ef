import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { RetryBudget } from './retry-budget.ts';

describe('the budget of retries', () => {
  /** Lets `requests` fail, `perSecond` of them each second, and tries each up to three times. */
  const outage = async (budget: RetryBudget, clock: VirtualClock, requests: number, perSecond: number) => {
    const retries: number[] = [];
    for (let request = 1; request <= requests; request += 1) {
      budget.countRequest();
      for (let retry = 0; retry < 2; retry += 1) if (budget.take(1)) retries.push(request);
      await clock.run(1_000 / perSecond);
    }
    return retries;
  };

  it.each([0, 3_600])(
    'adds at most a fifth to the load of an outage, after %d healthy seconds',
    async (healthy) => {
      const clock = new VirtualClock();
      const budget = new RetryBudget({ clock });
      for (let second = 0; second < healthy; second += 1) {
        for (let request = 0; request < 200; request += 1) budget.countRequest();
        if (budget.take(1)) budget.giveBack();
        await clock.run(1_000);
      }
      const retries = await outage(budget, clock, 2_000, 200);
      for (let request = 1; request <= 2_000; request += 1) {
        const spent = retries.filter((at) => at <= request).length;
        expect(spent).toBeLessThanOrEqual(Math.max(10, 0.2 * request));
      }
      expect(retries.length).toBeGreaterThan(0.15 * 2_000);
    },
  );

  it('lets all requests of one crashed endpoint be retried, if their retries succeed', () => {
    const budget = new RetryBudget({ clock: new VirtualClock() });
    for (let request = 0; request < 500; request += 1) {
      expect(budget.take(1)).toBe(true);
      budget.giveBack();
    }
  });

  it('allows a fifth of the requests in flight to be retried at the same time', () => {
    const budget = new RetryBudget({ clock: new VirtualClock() });
    const taken = Array.from({ length: 300 }, () => budget.take(500)).filter(Boolean);
    expect(taken).toHaveLength(100);
  });

  it('recovers when the retries that did not help are older than its window', async () => {
    const clock = new VirtualClock();
    const budget = new RetryBudget({ clock, windowMs: 10_000, reserve: 2 });
    expect([budget.take(1), budget.take(1), budget.take(1)]).toEqual([true, true, false]);
    await clock.run(10_000);
    expect(budget.take(1)).toBe(true);
  });

  it('never has more than its reserve, whatever is given back', () => {
    const budget = new RetryBudget({ clock: new VirtualClock(), reserve: 1 });
    budget.giveBack();
    budget.giveBack();
    expect([budget.take(1), budget.take(1)]).toEqual([true, false]);
  });
});
