import { type BadRequest } from './bad-request.ts';

const BEYOND_64_BITS = ['9223372036854775808', '18446744073709551616', '99999999999999999999999999'];

/** Invalid ids, and ids of resources that do not exist. */
export const BAD_IDS: readonly BadRequest[] = [
  ...['/v1/orders/ID', '/v1/customers/ID', '/v1/customers/ID/orders'].flatMap((path) => [
    ...['0', '-1', '01', '1.5', '1e9', 'abc', "1'%20or%20'1", ...BEYOND_64_BITS].map((id) => ({
      name: `GET ${path.replace('ID', id)}`,
      request: () => ({ path: path.replace('ID', id) }),
      status: 400,
      code: 'invalid-id',
    })),
    {
      name: `GET ${path.replace('ID', '1')}`,
      request: () => ({ path: path.replace('ID', '1') }),
      status: 404,
      code: 'not-found',
    },
    {
      name: `GET ${path.replace('ID', 'the largest id')}`,
      request: () => ({ path: path.replace('ID', '9223372036854775807') }),
      status: 404,
      code: 'not-found',
    },
  ]),
  {
    name: 'an unknown product page',
    request: () => ({ path: '/v1/products/GW-9999' }),
    status: 404,
    code: 'not-found',
  },
  {
    name: 'an unknown catalogue entry',
    request: () => ({ path: '/v1/catalogue/GW-9999' }),
    status: 404,
    code: 'not-found',
  },
  {
    name: 'a catalogue entry with an invalid sku',
    request: () => ({ path: '/v1/catalogue/gw%201' }),
    status: 400,
    code: 'invalid-request',
    pointer: '/path',
  },
];
