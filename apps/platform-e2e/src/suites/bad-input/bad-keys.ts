import { type BadRequest, type Known } from './bad-request.ts';
import { order, placing } from './placing.ts';

/** Missing and invalid idempotency keys. */
export const BAD_KEYS: readonly BadRequest[] = [
  {
    name: 'an order without a key',
    request: (known) => ({ path: '/v1/orders', json: order(known) }),
    status: 400,
    code: 'idempotency-key-missing',
  },
  ...['x'.repeat(256), 'a key', 'clé'].map((key) => ({
    name: `the key ${key.slice(0, 10)}`,
    request: (known: Known) => placing(order(known), { 'idempotency-key': key }),
    status: 400,
    code: 'idempotency-key-invalid',
  })),
];
