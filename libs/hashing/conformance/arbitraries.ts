import fc from 'fast-check';

/**
 * Names that naive point keys confuse: `node1` + `11` and `node11` + `1`, names that end like the key of a point, and names
 * that differ in length, in the encoding of an accent, or beyond the Basic Multilingual Plane.
 */
const lookalikes = [
  'node1',
  'node11',
  'node1#1',
  'node1#11',
  '1',
  '11',
  '#',
  'ä',
  'a\u0308',
  '😀',
  '\u0000',
  '__proto__',
];

export const nodeName = fc.oneof(
  fc.constantFrom(...lookalikes),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
  fc.nat(99).map((number) => `cache-${number}`),
);

/** Generates distinct names in any order. */
export function nodeNames(minLength: number, maxLength = 6): fc.Arbitrary<string[]> {
  return fc.uniqueArray(nodeName, { minLength, maxLength });
}

export const keys = fc.array(fc.string({ maxLength: 24, unit: 'grapheme' }), {
  minLength: 10,
  maxLength: 30,
});
