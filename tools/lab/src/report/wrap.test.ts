import { describe, expect, it } from '@jest/globals';
import { wrap } from './wrap.ts';

describe('wrapped text', () => {
  it('has lines of at most the width, and keeps every word in order', () => {
    expect(wrap('one two three four', 9)).toBe('  one two\n  three\n  four\n');
  });

  it('gives a word that is too long its own line', () => {
    expect(wrap('a incomprehensible b', 8)).toBe('  a\n  incomprehensible\n  b\n');
  });
});
