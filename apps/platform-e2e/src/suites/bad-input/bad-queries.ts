import { type BadRequest, type Known } from './bad-request.ts';

/** Queries with made-up cursors, the cursor of another list, and invalid limits and columns. */
export const BAD_QUERIES: readonly BadRequest[] = [
  ...['made-up', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x'.repeat(512)].map((cursor) => ({
    name: `the made-up cursor ${cursor.slice(0, 30)}`,
    request: (known: Known) => ({ path: `/v1/customers/${known.customerId}/orders?cursor=${cursor}` }),
    status: 400,
    code: 'invalid-cursor',
  })),
  {
    name: 'a query with U+0000, which no text may contain',
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
      ['a customer search without a column', '', 'unroutable', '/query'],
      ['an e-mail and a region at once', '?email=ada@example.com&region=eu', 'invalid-request', '/query'],
      ['an invalid e-mail', '?email=ada', 'invalid-request', '/query/email'],
      ['an unknown region', '?region=moon', 'invalid-request', '/query/region'],
      ['a column that is not searchable', '?name=Ada', 'invalid-request', '/query/name'],
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
