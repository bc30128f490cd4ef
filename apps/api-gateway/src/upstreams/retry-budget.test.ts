import { describe, expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.ts';

function budgetAt(reserve: number) {
  const clock = { now: 123_456 };
  return { clock, budget: new RetryBudget({ ratio: 0.2, reserve, now: () => clock.now }) };
}

function withdrawAll(budget: RetryBudget): number {
  let retries = 0;
  while (budget.withdraw()) retries += 1;
  return retries;
}

describe('the retry budget', () => {
  it('allows retries for a fifth of the requests, beyond its reserve, when everything fails', () => {
    const { budget } = budgetAt(10);
    let retries = 0;
    for (let request = 0; request < 10_000; request += 1) {
      budget.deposit();
      retries += withdrawAll(budget);
    }
    expect(retries).toBeGreaterThanOrEqual(2_009);
    expect(retries).toBeLessThanOrEqual(2_010);
  });

  it('lets unused retries expire', () => {
    const { budget, clock } = budgetAt(0);
    for (let request = 0; request < 1_000; request += 1) budget.deposit();
    clock.now += 10_000;
    expect(withdrawAll(budget)).toBe(0);
  });

  it('counts the last ten seconds, including seconds without requests', () => {
    const { budget, clock } = budgetAt(0);
    for (let second = 0; second < 5; second += 1) {
      for (let request = 0; request < 10; request += 1) budget.deposit();
      clock.now += 1_000;
    }
    clock.now += 4_000;
    expect(withdrawAll(budget)).toBe(10);
    clock.now += 60_000;
    expect(withdrawAll(budget)).toBe(0);
  });

  it('has its reserve in every window', () => {
    const { budget, clock } = budgetAt(3);
    expect(withdrawAll(budget)).toBe(3);
    expect(withdrawAll(budget)).toBe(0);
    clock.now += 10_000;
    expect(withdrawAll(budget)).toBe(3);
  });
});
