import { describe, expect, it } from '@jest/globals';
import { entityTagOf, matchesIfNoneMatch } from './entity-tag.ts';

describe('an entity tag', () => {
  it('is strong, and equal for equal bytes only', () => {
    expect(entityTagOf('{}')).toBe('"RBNvo1WzZ4oRRq0W9-hkng"');
    expect(entityTagOf('{}')).toBe(entityTagOf('{}'));
    expect(entityTagOf('{} ')).not.toBe(entityTagOf('{}'));
  });

  const tag = '"abc"';
  it.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['*', true],
    [' * ', true],
    ['"x", "abc"', true],
    ['"x",W/"abc","y"', true],
    ['"x,y" , "abc"', true],
    ['"ABC"', false],
    ['"abcd"', false],
    ['abc', false],
    ['w/abc', false],
    ['"*"', false],
    ['', false],
  ])('matches If-None-Match: %s — %p', (field, expected) => {
    expect(matchesIfNoneMatch(field, tag)).toBe(expected);
  });

  it('matches nothing without the field', () => {
    expect(matchesIfNoneMatch(undefined, tag)).toBe(false);
  });
});
