import { type BadRequest, type Known } from './bad-request.ts';
import { GOOD_LINE, order, placing } from './placing.ts';

const lineCases: readonly (readonly [name: string, line: object, pointer: string])[] = [
  ['a quantity of 0', { ...GOOD_LINE, quantity: 0 }, '/lines/0/quantity'],
  ['a negative quantity', { ...GOOD_LINE, quantity: -1 }, '/lines/0/quantity'],
  ['a fractional quantity', { ...GOOD_LINE, quantity: 1.5 }, '/lines/0/quantity'],
  ['a quantity of 1e9', { ...GOOD_LINE, quantity: 1e9 }, '/lines/0/quantity'],
  ['a quantity that is a string', { ...GOOD_LINE, quantity: '1' }, '/lines/0/quantity'],
  ['no quantity', { sku: 'GW-0001' }, '/lines/0/quantity'],
  ['an invalid sku', { sku: 'gw 1', quantity: 1 }, '/lines/0/sku'],
  ['an unknown field of a line', { ...GOOD_LINE, discount: 100 }, '/lines/0/discount'],
];

const bodyCases: readonly (readonly [
  name: string,
  change: Readonly<Record<string, unknown>>,
  pointer: string,
])[] = [
  ['no lines', { lines: [] }, '/lines'],
  [
    '101 lines',
    { lines: Array.from({ length: 101 }, (_, n) => ({ sku: `GW-${n}`, quantity: 1 })) },
    '/lines',
  ],
  ['the same product twice', { lines: [GOOD_LINE, GOOD_LINE] }, '/lines'],
  ['an unknown field', { total: 1 }, '/total'],
  ['a customer id that is a number', { customerId: 7_218_839 }, '/customerId'],
  ['a customer id beyond 64 bits', { customerId: '9223372036854775808' }, '/customerId'],
  ['an unknown payment method', { paymentMethod: 'cash' }, '/paymentMethod'],
];

/** Bodies that are valid JSON but not a valid order or customer. */
export const BAD_BODIES: readonly BadRequest[] = [
  ...lineCases.map(([name, line, pointer]) => ({
    name: `an order with ${name}`,
    request: (known: Known) => placing(order(known, { lines: [line] })),
    status: 400,
    code: 'invalid-request',
    pointer,
  })),
  ...bodyCases.map(([name, change, pointer]) => ({
    name: `an order with ${name}`,
    request: (known: Known) => placing(order(known, change)),
    status: 400,
    code: 'invalid-request',
    pointer,
  })),
  ...[null, [], 'order', 7].map((json) => ({
    name: `the body ${JSON.stringify(json)}`,
    request: () => placing(json),
    status: 400,
    code: 'invalid-request',
    pointer: '',
  })),
  {
    name: 'an unknown product',
    request: (known) => placing(order(known, { lines: [GOOD_LINE, { sku: 'GW-9999', quantity: 1 }] })),
    status: 422,
    code: 'unknown-sku',
    pointer: '/lines/1/sku',
  },
  {
    name: 'an order of an unknown customer',
    request: (known) => placing(order(known, { customerId: '1' })),
    status: 422,
    code: 'unknown-customer',
    pointer: '/customerId',
  },
  {
    name: 'a customer with an invalid e-mail address',
    request: () => ({ path: '/v1/customers', json: { email: 'ada', name: 'Ada', region: 'eu' } }),
    status: 400,
    code: 'invalid-request',
    pointer: '/email',
  },
  {
    name: 'a customer with an unknown region',
    request: () => ({
      path: '/v1/customers',
      json: { email: 'ada@example.com', name: 'Ada', region: 'moon' },
    }),
    status: 400,
    code: 'invalid-request',
    pointer: '/region',
  },
  {
    name: 'a customer of a tenant that is not pinned',
    request: () => ({
      path: '/v1/customers',
      json: { email: 'ada@example.com', name: 'Ada', region: 'eu', tenant: 'nobody' },
    }),
    status: 422,
    code: 'unknown-tenant',
    pointer: '/tenant',
  },
];
