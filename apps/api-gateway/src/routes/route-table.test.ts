import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRIES } from '@groundwork/proxy';
import { ratePolicy } from '@groundwork/rate-limiting';
import { type Route } from './route.ts';
import { RouteTable } from './route-table.ts';

const route = (id: string): Route => {
  const [method = '', path = ''] = id.split(' ');
  return {
    id,
    method,
    path,
    upstream: 'any',
    limits: [ratePolicy({ name: 'any', capacity: 1, ratePerSecond: 1 })],
    timeoutMs: 1,
    idleTimeoutMs: 1,
    maxBodyBytes: 1,
    maxHeldBytes: 1,
    heldWithinMs: 1,
    retries: DEFAULT_RETRIES,
    operatorKey: false,
  };
};

const table = new RouteTable(
  [
    'GET /v1/{kind}/{id}',
    'GET /v1/orders/{id}',
    'GET /v1/orders/latest',
    'POST /v1/orders',
    'DELETE /v1/orders/{id}',
  ].map(route),
);

const idOf = (method: string, path: string) => {
  const match = table.match(method, path);
  return match.kind === 'route' ? match.route.id : match;
};

describe('the route table', () => {
  it.each([
    ['GET', '/v1/orders/latest', 'GET /v1/orders/latest'],
    ['GET', '/v1/orders/17', 'GET /v1/orders/{id}'],
    ['GET', '/v1/products/17', 'GET /v1/{kind}/{id}'],
    ['DELETE', '/v1/orders/latest', 'DELETE /v1/orders/{id}'],
    ['HEAD', '/v1/orders/17', 'GET /v1/orders/{id}'],
    ['POST', '/v1/orders', 'POST /v1/orders'],
  ])('maps %s %s to %s: literals have priority over parameters in any order', (method, path, id) => {
    expect(idOf(method, path)).toBe(id);
  });

  it.each([
    '/v1',
    '/v1/orders/',
    '/v1/orders/17/',
    '/v1//17',
    '/V1/orders/17',
    '/v1/orders/17/x',
    '//v1/orders/17',
    '/',
  ])('has no route for %s', (path) => {
    expect(idOf('GET', path)).toEqual({ kind: 'unknown-path' });
  });

  it('lists every method that a path allows', () => {
    expect(idOf('PATCH', '/v1/orders/17')).toEqual({
      kind: 'method-not-allowed',
      allow: ['DELETE', 'GET', 'HEAD'],
    });
    expect(idOf('GET', '/v1/orders')).toEqual({ kind: 'method-not-allowed', allow: ['POST'] });
  });

  it('has no route for a name that every object inherits', () => {
    expect(idOf('GET', '/__proto__')).toEqual({ kind: 'unknown-path' });
    expect(idOf('GET', '/constructor')).toEqual({ kind: 'unknown-path' });
  });
});
