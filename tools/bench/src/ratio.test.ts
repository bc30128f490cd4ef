import { describe, expect, it } from '@jest/globals';
import { ratioOf } from './ratio.ts';

describe('a ratio', () => {
  it('is the geometric mean: the mean of twice and half is one', () => {
    expect(ratioOf([2, 0.5, 2, 0.5]).mean).toBeCloseTo(1, 12);
  });

  it('has an interval of width zero when all values agree', () => {
    expect(ratioOf([0.8, 0.8, 0.8])).toEqual({
      mean: expect.closeTo(0.8, 12),
      low: expect.closeTo(0.8, 12),
      high: expect.closeTo(0.8, 12),
    });
  });

  // Ten logarithms with mean 0 and standard deviation 1: the margin is t(9) / √10 = 2.2622 / 3.1623.
  it('has the interval of the t distribution', () => {
    const spread = Math.sqrt(0.9);
    const { low, high } = ratioOf([1, -1, 1, -1, 1, -1, 1, -1, 1, -1].map((sign) => Math.exp(sign * spread)));
    expect(Math.log(high)).toBeCloseTo(0.7154, 3);
    expect(Math.log(low)).toBeCloseTo(-0.7154, 3);
  });
});
