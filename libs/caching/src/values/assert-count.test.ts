import { describe, expect, it } from '@jest/globals';
import { assertCount } from './assert-count.ts';

describe('a count', () => {
  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('refuses %d', (value) => {
    expect(() => assertCount('batch', value)).toThrow(
      new RangeError(`batch: expected a whole number of at least 1, got ${value}`),
    );
  });

  it('accepts every whole number from its least value on', () => {
    for (const value of [1, 2, 2 ** 53 - 1]) expect(() => assertCount('batch', value)).not.toThrow();
    expect(() => assertCount('batch', 0, 0)).not.toThrow();
    expect(() => assertCount('batch', -1, 0)).toThrow('at least 0');
  });
});
