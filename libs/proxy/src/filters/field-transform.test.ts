import { describe, expect, it } from '@jest/globals';
import { FieldTransform } from './field-transform.ts';

describe('changes of header fields', () => {
  it('remove, set and add fields, in this order', () => {
    const transform = new FieldTransform({
      remove: ['X-Debug'],
      set: { 'Cache-Control': 'no-store' },
      add: { Vary: 'accept' },
    });
    const fields = ['vary', 'cookie', 'x-debug', '1', 'cache-control', 'public', 'x-debug', '2', 'etag', 'a'];
    expect(transform.apply(fields)).toEqual([
      ...['vary', 'cookie', 'etag', 'a', 'cache-control', 'no-store', 'vary', 'accept'],
    ]);
  });

  it.each(['Host', 'Content-Length', 'transfer-encoding', 'Connection'])('do not touch %s', (name) => {
    for (const changes of [{ set: { [name]: '1' } }, { add: { [name]: '1' } }, { remove: [name] }])
      expect(() => new FieldTransform(changes)).toThrow(
        new RangeError(`${name} is written by the proxy itself and cannot be changed`),
      );
  });

  it('refuse names and values that would end the field', () => {
    for (const name of ['', 'a b', 'a:', 'a\r\nb'])
      expect(() => new FieldTransform({ set: { [name]: '1' } })).toThrow(
        'expected the name of a header field',
      );
    for (const value of ['a\r\nb: c', 'a\0', 'é'])
      expect(() => new FieldTransform({ add: { a: value } })).toThrow('expected printable ASCII');
  });
});
