import { describe, expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.ts';

describe('the retry budget', () => {
  it('pays for a fifth of the requests when everything fails, beyond its reserve', () => {
    const budget = new RetryBudget({ ratio: 0.2, reserve: 10, cap: 100 });
    let retries = 0;
    for (let request = 0; request < 10_000; request += 1) {
      budget.deposit();
      while (budget.withdraw()) retries += 1;
    }
    expect(retries).toBeGreaterThanOrEqual(2_000);
    expect(retries).toBeLessThanOrEqual(2_010);
  });

  it('saves up no more than its cap', () => {
    const budget = new RetryBudget({ ratio: 0.2, reserve: 0, cap: 5 });
    for (let request = 0; request < 1_000; request += 1) budget.deposit();
    let retries = 0;
    while (budget.withdraw()) retries += 1;
    expect(retries).toBe(5);
  });
});
