import { type BadRequest } from './bad-request.ts';

/** Unknown paths, and methods that a path does not allow. */
export const BAD_ROUTES: readonly BadRequest[] = [
  ...['/v1', '/v1/nothing', '/v2/orders', '/v1/orders/1/2', '/v1/../v1/admin'].map((path) => ({
    name: `the unknown path ${path}`,
    request: () => ({ path }),
    status: 404,
    code: 'not-found',
  })),
  ...(
    [
      ['DELETE', '/v1/orders/1', 'GET'],
      ['PUT', '/v1/orders', 'POST'],
      ['DELETE', '/v1/orders', 'GET'],
      ['PUT', '/v1/customers', 'POST'],
      ['POST', '/v1/products', 'GET'],
      ['PATCH', '/v1/products/GW-0001', 'GET'],
    ] as const
  ).map(([method, path, allow]) => ({
    name: `${method} ${path}`,
    request: () => ({ method, path }),
    status: 405,
    code: 'method-not-allowed',
    allow,
  })),
];
