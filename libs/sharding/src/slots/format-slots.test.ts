import { describe, expect, it } from '@jest/globals';
import { formatSlots } from './format-slots.ts';

describe('slots in text form', () => {
  it.each([
    [[], ''],
    [[7], '7'],
    [[0, 1, 2], '0-2'],
    [[0, 1, 5, 7, 8], '0-1,5,7-8'],
  ])('%j are written as %j', (slots, text) => {
    expect(formatSlots(slots)).toBe(text);
  });
});
