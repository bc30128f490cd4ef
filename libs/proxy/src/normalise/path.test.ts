import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalisePath } from './path.ts';

describe('the normal form of a path', () => {
  it.each([
    ['/', '/'],
    ['/v1/orders/', '/v1/orders/'],
    ['/v1/orders/%73ummary', '/v1/orders/summary'],
    ['/%7euser/a%2Db', '/~user/a-b'],
    ['/a%c3%a9', '/a%C3%A9'],
    ['/a%20b%3f', '/a%20b%3F'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/%2e%2E/b', '/b'],
    ['/a/.%2e', '/'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/../../a', '/a'],
    ['/..', '/'],
    ['/a/.hidden/...', '/a/.hidden/...'],
    ['/a;v=1/b', '/a;v=1/b'],
  ])('of %s is %s', (path, normal) => {
    expect(normalisePath(path)).toBe(normal);
  });

  it('equals what a URL parser makes of a path without an escape', () => {
    const segment = fc.constantFrom('a', '.', '..', 'b.c', '...', '.x');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(normalisePath(path)).toBe(new URL(path, 'http://any').pathname);
      }),
    );
  });

  it('is the same when it is normalised again', () => {
    const part = fc.constantFrom('a', '.', '..', '%2e', '%41', '%7E', '%c3%a9', '%25', '/a', '/');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const path = `/${parts.join('')}`;
        fc.pre(!path.includes('//'));
        const normal = normalisePath(path);
        expect(normalisePath(normal)).toBe(normal);
      }),
    );
  });

  it.each([
    ['an empty segment', '/v1//admin'],
    ['an empty segment at its start', '//admin'],
    ['an empty segment before a dot segment', '/v1//../admin'],
    ['an encoded slash', '/v1/..%2fadmin'],
    ['an encoded backslash', '/v1/..%5Cadmin'],
    ['an encoded NUL', '/v1/a%00'],
    ['a dot segment with a parameter', '/v1/..;/admin'],
    ['an encoded dot segment with a parameter', '/v1/%2e%2e;x=1/admin'],
    ['a single dot with a parameter', '/v1/.;/admin'],
    ['escapes that are not UTF-8', '/v1/%ff'],
  ])('does not exist for a path with %s', (_what, path) => {
    expect(() => normalisePath(path)).toThrow(
      expect.objectContaining({ status: 400, code: 'malformed-request', headers: { connection: 'close' } }),
    );
  });
});
