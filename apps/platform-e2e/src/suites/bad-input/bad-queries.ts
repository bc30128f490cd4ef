import { type BadRequest, type Known } from './bad-request.ts';

/** Queries: made-up cursors, another list's cursor, limits. */
export const BAD_QUERIES: readonly BadRequest[] = [
  ...['made-up', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x'.repeat(512)].map((cursor) => ({
    name: `the made-up cursor ${cursor.slice(0, 30)}`,
    request: (known: Known) => ({ path: `/v1/customers/${known.customerId}/orders?cursor=${cursor}` }),
    status: 400,
    code: 'invalid-cursor',
  })),
  {
    name: 'a query with U+0000, which no text may hold',
    request: (known) => ({ path: `/v1/customers/${known.customerId}/orders?cursor=%00` }),
    status: 400,
    code: 'malformed-request',
  },
  {
    name: 'the cursor of another customer',
    request: (known) => ({ path: `/v1/customers/${known.customerId}/orders?cursor=${known.otherCursor}` }),
    status: 400,
    code: 'invalid-cursor',
  },
  ...['0', '-1', '101', '1.5', 'ten', '1e9', ''].flatMap((limit) =>
    [(known: Known) => `/v1/customers/${known.customerId}/orders`, () => '/v1/sales/top-products'].map(
      (path) => ({
        name: `${path === undefined ? '' : path({ customerId: 'ID' } as Known)}?limit=${limit}`,
        request: (known: Known) => ({ path: `${path(known)}?limit=${limit}` }),
        status: 400,
        code: 'invalid-request',
        pointer: '/query/limit',
      }),
    ),
  ),
  ...(
    [
      ['no column to find customers by', '', 'unroutable', '/query'],
      ['an e-mail and a region at once', '?email=ada@example.com&region=eu', 'invalid-request', '/query'],
      ['an e-mail that is none', '?email=ada', 'invalid-request', '/query/email'],
      ['a region that is none', '?region=moon', 'invalid-request', '/query/region'],
      ['a column that customers are not found by', '?name=Ada', 'invalid-request', '/query/name'],
      ['a made-up cursor of a region', '?region=eu&cursor=made-up', 'invalid-cursor', '/query/cursor'],
    ] as const
  ).map(([name, query, code, pointer]) => ({
    name,
    request: () => ({ path: `/v1/customers${query}` }),
    status: 400,
    code,
    pointer,
  })),
  {
    name: 'an unknown query parameter',
    request: () => ({ path: '/v1/sales/top-products?sort=up' }),
    status: 400,
    code: 'invalid-request',
    pointer: '/query/sort',
  },
];
