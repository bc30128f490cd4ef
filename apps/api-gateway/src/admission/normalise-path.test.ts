import { describe, expect, it } from '@jest/globals';
import { normalisePath } from './normalise-path.ts';

describe('the normalised path', () => {
  it.each([
    ['/v1/orders/%73ummary', '/v1/orders/summary'],
    ['/%76%31/top%2Dproducts%7e', '/v1/top-products~'],
    ['/v1/things/a%20b%c3%a9', '/v1/things/a%20b%C3%A9'],
    ['/v1/things/a%2Cb', '/v1/things/a%2Cb'],
    ['/v1/things/%2541', '/v1/things/%2541'],
    ['/v1/things/plain', '/v1/things/plain'],
  ])('of %s is %s', (path, expected) => {
    expect(normalisePath(path)).toBe(expected);
    expect(normalisePath(expected)).toBe(expected);
  });

  it.each(['/v1/%ff', '/v1/%c3', '/v1/%c0%af', '/v1/%ed%a0%bd'])(
    'is undefined for %s, which is not UTF-8',
    (path) => {
      expect(normalisePath(path)).toBeUndefined();
    },
  );
});
