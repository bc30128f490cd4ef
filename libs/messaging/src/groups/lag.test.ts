import { describe, expect, it } from '@jest/globals';
import { lagOf, sumOf } from './lag.ts';

describe('the lag of a partition', () => {
  it('is what has been written and not been finished', () => {
    expect(lagOf({ committed: 40n, low: 0n, end: 100n })).toBe(60n);
    expect(lagOf({ committed: 100n, low: 0n, end: 100n })).toBe(0n);
  });

  it('is all that is kept where nothing was ever finished, or where the broker has deleted the next event', () => {
    expect(lagOf({ committed: undefined, low: 30n, end: 100n })).toBe(70n);
    expect(lagOf({ committed: 10n, low: 30n, end: 100n })).toBe(70n);
  });

  it('is nothing on a topic that was made anew under its old name', () => {
    expect(lagOf({ committed: 500n, low: 0n, end: 3n })).toBe(0n);
  });

  it('is exact where numbers are not', () => {
    expect(lagOf({ committed: 9_007_199_254_740_993n, low: 0n, end: 9_007_199_254_740_994n })).toBe(1n);
    expect(sumOf([{ lag: 9_007_199_254_740_993n }, { lag: 2n }])).toBe(9_007_199_254_740_995n);
  });
});
