import { describe, expect, it } from '@jest/globals';
import { bytesOf } from './bytes-of.ts';

const object = (properties: number, name = 'n') =>
  Object.fromEntries(Array.from({ length: properties }, (_, index) => [`${name}${index + 100}`, 0]));

describe('the estimated size of a value', () => {
  it.each<[string, unknown, number]>([
    ['null', null, 0],
    ['a boolean', true, 0],
    ['a small integer', 2 ** 31 - 1, 0],
    ['a small negative integer', 1 - 2 ** 31, 0],
    ['a large integer', 2 ** 31, 16],
    ['a large negative integer', -(2 ** 31), 16],
    ['a fraction', 0.5, 16],
    ['an empty text', '', 16],
    ['a text of one word', '12345678', 24],
    ['a longer text', '123456789', 32],
    ['a text of Latin-1', '\u00ff', 24],
    ['a text with two bytes for each character', '\u01002345', 32],
    ['an empty array', [], 32],
    ['an array', [1, 'a'], 32 + 2 * 8 + 24],
    ['an empty object', {}, 40],
    ['an object', { a: 1, b: 0.5 }, 40 + 2 * 8 + 16],
    ['a nested object', { a: { b: [] } }, 40 + 8 + 40 + 8 + 32],
    ['an object with the most names of a shape', object(25), 40 + 25 * 8],
    ['an object with names of its own', object(26), 40 + 26 * 8 + 26 * (24 + 7 * 8)],
  ])('of %s', (_what, value, bytes) => {
    expect(bytesOf(value)).toBe(bytes);
  });
});
