import { describe, expect, it } from '@jest/globals';
import { invalidationOf, tagOf } from './target.ts';

describe('the target of an invalidation', () => {
  it('names entries by keys, tags, namespaces and a pattern', () => {
    expect(
      invalidationOf({ keys: ['k'], tags: ['t'], namespaces: ['orders'], pattern: 'products:*', version: 3 }),
    ).toEqual({ keys: ['k'], tags: ['t', 'namespace:orders', 'namespace:products'], version: 3 });
    expect(invalidationOf({ everything: true })).toEqual({ everything: true, tags: [] });
  });

  it.each(['', 'a:b', 'a*', 'a b', 'a'.repeat(101), 5, undefined])(
    'is refused for the namespace %j',
    (name) => {
      expect(() => tagOf(name as string)).toThrow(RangeError);
      expect(() => invalidationOf({ namespaces: [name as string] })).toThrow('namespace: expected');
    },
  );

  it.each(['products', ':*', 'a:b:*', '*', 'pro*:*', ''])('is refused for the pattern %j', (pattern) => {
    expect(() => invalidationOf({ pattern })).toThrow('pattern: expected "name:*"');
  });
});
