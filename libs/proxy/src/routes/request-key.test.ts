import { describe, expect, it } from '@jest/globals';
import { compileRequestKey } from './request-key.ts';

const MATCH = { template: '/v1/customers/{id}' };
const request = (headers = {}) => ({ headers, path: '/v1/customers/7', clientAddress: '203.0.113.7' });

describe('the key of a request', () => {
  it.each([
    ['address', {}, '203.0.113.7'],
    ['header:X-Tenant', { 'x-tenant': 'blue' }, 'blue'],
    ['header:X-Tenant', {}, undefined],
    ['cookie:session', { cookie: 'a=1; session=x=y; session=2' }, 'x=y'],
    ['cookie:session', { cookie: 'mysession=1' }, undefined],
    ['cookie:session', {}, undefined],
    ['parameter:id', {}, '7'],
  ])('from %s of %j is %s', (source, headers, key) => {
    expect(compileRequestKey(MATCH, source)(request(headers))).toBe(key);
  });

  it.each(['', 'header', 'header:', 'query:x', 'parameter:other', 'addresses'])(
    'cannot be from "%s"',
    (source) => {
      expect(() => compileRequestKey(MATCH, source)).toThrow(RangeError);
    },
  );
});
