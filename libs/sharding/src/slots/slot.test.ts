import { describe, expect, it } from '@jest/globals';
import { isSlot, randomSlot, SLOT_COUNT, toSlot } from './slot.ts';

describe('a slot', () => {
  it.each([0, 1, 4095])('is a whole number from 0 to 4095: %d', (value) => {
    expect([isSlot(value), toSlot(value)]).toEqual([true, value]);
  });

  it.each([-1, 4096, 0.5, NaN, Infinity])('is never %d', (value) => {
    expect(isSlot(value)).toBe(false);
    expect(() => toSlot(value)).toThrow(new RangeError(`expected a slot from 0 to 4095, got ${value}`));
  });

  it('is drawn with equal chances', () => {
    const counts = new Array<number>(SLOT_COUNT).fill(0);
    const draws = 100 * SLOT_COUNT;
    for (let draw = 0; draw < draws; draw += 1) counts[randomSlot()]! += 1;
    // A mean of 100 and a standard deviation of 10: eight of them are beyond chance.
    expect(Math.min(...counts)).toBeGreaterThan(20);
    expect(Math.max(...counts)).toBeLessThan(180);
  });
});
