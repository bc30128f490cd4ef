import { describe, expect, it } from '@jest/globals';
import { DuplicateNamesError } from './duplicate-names.error.ts';
import { readJson } from './read-json.ts';

function pointersIn(text: string): readonly string[] {
  try {
    readJson(text);
    return [];
  } catch (error) {
    if (error instanceof DuplicateNamesError) return error.pointers;
    throw error;
  }
}

describe('a JSON text', () => {
  it('is parsed as JSON.parse does', () => {
    const text = '{"a": [1, "two", null, {"b": true}], "c": {"a": 1.5}}';
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it('with a name written twice is refused with a pointer to each duplicate', () => {
    expect(pointersIn('{"a": 1, "b": {"x": 1, "x": 1}, "a": [{"y/z": 1, "y/z": 2}]}')).toEqual([
      '/b/x',
      '/a',
      '/a/0/y~1z',
    ]);
  });

  it('is refused for good: a retry cannot help', () => {
    expect(() => readJson('{"a": 1, "a": 2}')).toThrow(
      expect.objectContaining({ code: 'duplicate-names', retryable: false }),
    );
  });

  it('is refused when two spellings escape to one name', () => {
    expect(pointersIn(String.raw`{"a": 1, "\u0061": 2}`)).toEqual(['/a']);
  });

  it.each(['', '{', '[1,]', '{"a": 1} // more', 'undefined'])('is refused when it is %j', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
  });
});
