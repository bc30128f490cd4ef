import { describe, expect, it } from '@jest/globals';
import { prettyJson } from './pretty-json.ts';

describe('prettyJson', () => {
  it('equals the output of JSON.stringify', () => {
    for (const value of [{ a: [1, { b: null }], c: {}, d: [], e: 'x"y\\', f: [[]] }, [], 'text', 7]) {
      expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      expect(prettyJson(JSON.stringify(value, null, '\t'))).toBe(JSON.stringify(value, null, 2));
    }
  });

  it('keeps numbers, escapes and repeated members as they were written', () => {
    expect(prettyJson('{"a":12345678901234567890,"a":1.0,"b":"\\u001b{,}"}')).toBe(
      '{\n  "a": 12345678901234567890,\n  "a": 1.0,\n  "b": "\\u001b{,}"\n}',
    );
  });

  it('returns undefined for text that is not JSON', () => {
    expect(prettyJson('{"a":')).toBeUndefined();
  });

  it('limits the size of deeply nested brackets', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(prettyJson(deep)?.length).toBeLessThan(50 * deep.length);
  });
});
