import { describe, expect, it } from '@jest/globals';
import { formatSlots } from './format-slots.ts';
import { parseSlots } from './parse-slots.ts';

describe('slots in text form', () => {
  it.each(['0-511,600', '7', '0-4095', '1,3,5-9'])('%s is unchanged after parsing and formatting', (text) => {
    expect(formatSlots(parseSlots(text))).toBe(text);
  });

  it('are parsed into ascending order without duplicates', () => {
    expect(parseSlots('5, 3-6,4')).toEqual([3, 4, 5, 6]);
  });

  it.each([
    ['', '"" is not a range of slots'],
    ['1,,2', '"" is not a range of slots'],
    ['4096', '"4096" goes beyond the last slot, 4095'],
    ['9-1', '"9-1" ends before it begins'],
    ['a-b', '"a-b" is not a range of slots'],
    ['x7', '"x7" is not a range of slots'],
    ['7x', '"7x" is not a range of slots'],
    ['7 8', '"7 8" is not a range of slots'],
    ['1-2-3', '"1-2-3" is not a range of slots'],
  ])('%j is refused', (text, message) => {
    expect(() => parseSlots(text)).toThrow(message);
  });
});
