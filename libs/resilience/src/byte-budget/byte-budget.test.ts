import { describe, expect, it } from '@jest/globals';
import { ByteBudget } from './byte-budget.ts';

describe('a byte budget', () => {
  it('reserves all requested bytes or none', () => {
    const budget = new ByteBudget({ totalBytes: 100 });
    expect(budget.reserve('a', 60)).toBe(true);
    expect(budget.reserve('b', 41)).toBe(false);
    expect(budget.heldBytes).toBe(60);
    expect(budget.reserve('b', 40)).toBe(true);
  });

  it('limits one key to its share, so that bytes remain for other keys', () => {
    const budget = new ByteBudget({ totalBytes: 100, bytesPerKey: 25 });
    expect(budget.reserve('greedy', 25)).toBe(true);
    expect(budget.reserve('greedy', 1)).toBe(false);
    expect(budget.exceedsShare('greedy', 1)).toBe(true);
    expect(budget.exceedsShare('other', 25)).toBe(false);
    expect(budget.reserve('other', 25)).toBe(true);
  });

  it('can reserve released bytes again', () => {
    const budget = new ByteBudget({ totalBytes: 100, bytesPerKey: 50 });
    for (let times = 0; times < 1_000; times += 1) {
      expect(budget.reserve('a', 50)).toBe(true);
      budget.release('a', 50);
    }
    expect(budget.heldBytes).toBe(0);
  });
});
