import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PathMatch, type RouteMatch } from './route-match.ts';
import { RouteTable } from './route-table.ts';

const tableOf = (matches: Record<string, RouteMatch>) =>
  new RouteTable(Object.entries(matches).map(([id, match]) => ({ id, match })));

const request = (url: string, { method = 'GET', host = 'shop.example', headers = {} } = {}) => {
  const [path = '', query] = url.split('?');
  return { method, host, path, query: query === undefined ? '' : `?${query}`, headers };
};

const idOf = (table: ReturnType<typeof tableOf>, given: ReturnType<typeof request>) => {
  const match = table.match(given);
  return match.kind === 'route' ? match.route.id : match.kind;
};

describe('the route of a path', () => {
  const table = tableOf({
    latest: { path: { exact: '/v1/orders/latest' } },
    order: { path: { template: '/v1/orders/{id}' } },
    thing: { path: { template: '/v1/{kind}/{id}' } },
    versions: { path: { prefix: '/v1' } },
    files: { path: { prefix: '/files/' } },
    root: { path: { exact: '/' } },
    numbers: { path: { regex: '/n/[0-9]+' } },
  });

  it.each([
    ['/v1/orders/latest', 'latest'],
    ['/v1/orders/7', 'order'],
    ['/v1/products/7', 'thing'],
    ['/v1/orders/', 'versions'],
    ['/v1/orders/7/lines', 'versions'],
    ['/v1', 'versions'],
    ['/v1/', 'versions'],
    ['/v12', 'unknown-path'],
    ['/files', 'files'],
    ['/files/a/b', 'files'],
    ['/filesystem', 'unknown-path'],
    ['/', 'root'],
    ['/n/12', 'numbers'],
    ['/n/12/', 'unknown-path'],
    ['/n/x', 'unknown-path'],
    ['/a/n/12', 'unknown-path'],
  ])('%s is %s', (path, id) => {
    expect(idOf(table, request(path))).toBe(id);
  });

  it('is the longest prefix, and every path is below the prefix "/"', () => {
    const prefixes = tableOf({
      all: { path: { prefix: '/' } },
      a: { path: { prefix: '/a' } },
      ab: { path: { prefix: '/a/b' } },
    });
    const idsOf = ['/', '/x', '/a', '/a/x', '/a/b', '/a/b/c', '/a/bc'].map((path) =>
      idOf(prefixes, request(path)),
    );
    expect(idsOf).toEqual(['all', 'all', 'a', 'a', 'ab', 'ab', 'a']);
  });

  it('does not depend on the order of the routes', () => {
    const paths: PathMatch[] = [
      ...[
        { exact: '/a/b' },
        { template: '/a/{x}' },
        { template: '/{y}/b' },
        { prefix: '/a' },
        { prefix: '/' },
      ],
      { regex: '/a/.*' },
    ];
    const routes = paths.map((path, id) => ({ id, match: { path } }));
    const wanted = new RouteTable(routes);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(routes, { minLength: routes.length }),
        fc.constantFrom('/a/b', '/a/c', '/c/b', '/a', '/a/b/c', '/c'),
        (shuffled, path) => {
          expect(new RouteTable(shuffled).match(request(path))).toEqual(wanted.match(request(path)));
        },
      ),
    );
  });
});

describe('a table of exact paths and templates', () => {
  const table = tableOf({
    thing: { path: { template: '/v1/{kind}/{id}' }, methods: ['GET'] },
    order: { path: { template: '/v1/orders/{id}' }, methods: ['GET'] },
    latest: { path: { exact: '/v1/orders/latest' }, methods: ['GET'] },
    cancel: { path: { template: '/v1/orders/{id}' }, methods: ['DELETE'] },
  });

  it.each(['/v1', '/v1/orders/', '/v1/orders/17/', '/V1/orders/17', '/v1/orders/17/x', '/', '/__proto__'])(
    'has no route for %s',
    (path) => {
      expect(idOf(table, request(path))).toBe('unknown-path');
    },
  );

  it('finds a less literal path when only that has the method', () => {
    expect(idOf(table, request('/v1/orders/latest', { method: 'DELETE' }))).toBe('cancel');
  });
});

describe('the route of a request', () => {
  const path = { exact: '/a' };

  it('needs its method; GET includes HEAD; other methods are listed', () => {
    const table = tableOf({ read: { path, methods: ['GET'] }, write: { path, methods: ['PUT', 'POST'] } });
    expect(idOf(table, request('/a', { method: 'HEAD' }))).toBe('read');
    expect(idOf(table, request('/a', { method: 'POST' }))).toBe('write');
    expect(table.match(request('/a', { method: 'DELETE' }))).toEqual({
      kind: 'method-not-allowed',
      allow: ['GET', 'HEAD', 'POST', 'PUT'],
    });
    expect(idOf(table, request('/b', { method: 'DELETE' }))).toBe('unknown-path');
  });

  it('with another method may be a less specific path', () => {
    const table = tableOf({
      read: { path: { exact: '/a/b' }, methods: ['GET'] },
      write: { path: { template: '/a/{x}' }, methods: ['POST'] },
      rest: { path: { prefix: '/' } },
    });
    expect(idOf(table, request('/a/b', { method: 'POST' }))).toBe('write');
    expect(idOf(table, request('/a/b', { method: 'DELETE' }))).toBe('rest');
  });

  it('has the most specific host, whatever its path is', () => {
    const table = tableOf({
      every: { path: { prefix: '/' } },
      below: { hosts: ['*.example'], path: { prefix: '/' } },
      deeper: { hosts: ['*.shop.example'], path: { prefix: '/' } },
      shop: { hosts: ['shop.example', 'SHOP.test'], path },
    });
    const idsOf = (host: string, url = '/a') => idOf(table, request(url, { host }));
    expect(['shop.example', 'Shop.Example:8080', 'shop.test'].map((host) => idsOf(host))).toEqual(
      Array(3).fill('shop'),
    );
    expect(idsOf('shop.example', '/b')).toBe('below');
    expect(idsOf('eu.shop.example')).toBe('deeper');
    expect(idsOf('eu.other.example')).toBe('below');
    expect(idsOf('example')).toBe('every');
    expect(idsOf('[::1]:8080')).toBe('every');
  });

  it('has the most header conditions, and then the most query conditions', () => {
    const table = tableOf({
      plain: { path },
      beta: { path, headers: [{ name: 'X-Beta', equals: '1' }] },
      betaOfEu: { path, headers: [{ name: 'X-Beta' }, { name: 'X-Region', prefix: 'eu-' }] },
      paged: { path, query: [{ name: 'page', regex: '[0-9]+' }] },
      first: { path, query: [{ name: 'page', equals: '1' }, { name: 'size' }] },
    });
    const withHeaders = (headers: object) => idOf(table, request('/a', { headers }));
    expect(withHeaders({})).toBe('plain');
    expect(withHeaders({ 'x-beta': '1' })).toBe('beta');
    expect(withHeaders({ 'x-beta': '2' })).toBe('plain');
    expect(withHeaders({ 'x-beta': '2', 'x-region': 'eu-1' })).toBe('betaOfEu');
    expect(idOf(table, request('/a?page=12'))).toBe('paged');
    expect(idOf(table, request('/a?page=x'))).toBe('plain');
    expect(idOf(table, request('/a?size=&page=1'))).toBe('first');
    expect(idOf(table, request('/a?p%61ge=1&size=5'))).toBe('first');
  });

  it('may need that a condition does not hold', () => {
    const table = tableOf({
      plain: { path },
      notBot: { path, headers: [{ name: 'user-agent', regex: '.*[Bb]ot.*', not: true }] },
    });
    expect(idOf(table, request('/a', { headers: { 'user-agent': 'a bot' } }))).toBe('plain');
    expect(idOf(table, request('/a'))).toBe('notBot');
  });

  it.each<[string, RouteMatch]>([
    ['a back-reference', { path: { regex: '/(a)\\1' } }],
    ['a look-ahead', { path, headers: [{ name: 'x', regex: '(?=a)' }] }],
    ['two kinds of conditions', { path, query: [{ name: 'x', equals: 'a', prefix: 'a' }] }],
  ])('refuses %s', (_what, match) => {
    expect(() => tableOf({ bad: match })).toThrow(RangeError);
  });
});

describe('a regular expression', () => {
  it('takes linear time, also where that of JavaScript takes exponential time', () => {
    const table = tableOf({ slow: { path: { regex: '/(a+)+b' } } });
    const timeOf = (length: number) => {
      const given = request(`/${'a'.repeat(length)}`);
      const startedAt = performance.now();
      for (let index = 0; index < 20; index += 1) table.match(given);
      return performance.now() - startedAt;
    };
    timeOf(1_000);
    // Exponential time would be 2^7000 times as long, and quadratic time 64 times.
    expect(timeOf(8_000)).toBeLessThan(40 * timeOf(1_000));
  });
});
