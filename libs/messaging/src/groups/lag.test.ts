import { describe, expect, it } from '@jest/globals';
import { lagOf, sumOf } from './lag.ts';

describe('the lag of a partition', () => {
  it('counts the events that are written and not finished', () => {
    expect(lagOf({ committed: 40n, low: 0n, end: 100n })).toBe(60n);
    expect(lagOf({ committed: 100n, low: 0n, end: 100n })).toBe(0n);
  });

  it('counts all kept events when none was ever finished, or when the broker has deleted the next one', () => {
    expect(lagOf({ committed: undefined, low: 30n, end: 100n })).toBe(70n);
    expect(lagOf({ committed: 10n, low: 30n, end: 100n })).toBe(70n);
  });

  it('is zero on a topic that was deleted and created again', () => {
    expect(lagOf({ committed: 500n, low: 0n, end: 3n })).toBe(0n);
  });

  it('is exact above the largest safe integer', () => {
    expect(lagOf({ committed: 9_007_199_254_740_993n, low: 0n, end: 9_007_199_254_740_994n })).toBe(1n);
    expect(sumOf([{ lag: 9_007_199_254_740_993n }, { lag: 2n }])).toBe(9_007_199_254_740_995n);
  });
});
