import { describe, expect, it } from '@jest/globals';
import { cacheTagsOf, edgeTagOf, surrogateKeysOf } from './edge-tags.ts';

describe('a tag at the edge', () => {
  it.each([
    ['product:GW-0001', 'product:GW-0001'],
    ['a/b_c.d', 'a/b_c.d'],
    ['two words', 'two%20words'],
    ['one,two', 'one%2Ctwo'],
    ['100%', '100%25'],
    ['~tilde', '%7Etilde'],
    ['line\r\nbreak', 'line%0D%0Abreak'],
    ['Größe', 'Gr%C3%B6%C3%9Fe'],
    ['🛒', '%F0%9F%9B%92'],
  ])('keeps its encoding: %j', (tag, encoded) => {
    expect(edgeTagOf(tag)).toBe(encoded);
  });

  it('differs from that of every other tag', () => {
    const tags = ['a b', 'a%20b', 'a+b', 'a,b', 'A b', '~a b', ' a b', 'ä'.repeat(400), 'ä'.repeat(401)];
    expect(new Set(tags.map(edgeTagOf)).size).toBe(tags.length);
  });

  it('is a digest if its encoding is longer than a CDN accepts', () => {
    expect(edgeTagOf('a'.repeat(1_024))).toBe('a'.repeat(1_024));
    expect(edgeTagOf('ä'.repeat(1_024))).toBe(
      '~18bfad0de26d4028e242af79e21a49d1fabc9da1cf590c497b176355a30201e1',
    );
  });

  it('is written once in a response, with the tag that all responses have', () => {
    expect(surrogateKeysOf(['products', 'two words', 'products'])).toBe('everything products two%20words');
    expect(cacheTagsOf(['products', 'two words'])).toBe('everything,products,two%20words');
  });

  it('is refused in a response with so many of them that an edge would ignore the rest', () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(100, '-'));
    expect(() => surrogateKeysOf(names)).toThrow(
      'tags: expected at most 8000 bytes in a header field, got 10110',
    );
    const fitting = [...names.slice(0, 78), 'b'.repeat(8_000 - 'everything '.length - 78 * 101)];
    expect(surrogateKeysOf(fitting)).toHaveLength(8_000);
    expect(() => surrogateKeysOf([...fitting.slice(0, -1), `${fitting.at(-1)}b`])).toThrow('got 8001');
  });
});
