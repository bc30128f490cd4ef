import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApiDocument } from '@groundwork/contracts';
import { ConfigurationError } from '@groundwork/service-kit';
import { temporaryFolder } from '@groundwork/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { loadRoutes } from './load-routes.ts';

const SHIPPED = fileURLToPath(new URL('../../config/routes.yaml', import.meta.url));
const ENVIRONMENT = {
  ORDER_SERVICE_URL: 'http://order-service:3000',
  CACHE_SERVICE_URL: 'http://127.0.0.1:4001,http://127.0.0.1:4002',
  EVENT_PROCESSOR_URL: 'http://event-processor:3000',
};

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder('load-routes');
});
afterAll(() => folder.remove());

function faultsOf(text: string, environment: NodeJS.ProcessEnv = ENVIRONMENT): readonly string[] {
  const file = join(folder.path, 'routes.yaml');
  writeFileSync(file, text);
  try {
    loadRoutes(file, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).toContain(`The routes file ${file} is not valid`);
    return error.faults.map((fault) => fault.replace(`${file}:`, ''));
  }
}

/**
 * Returns whether the described path with parameters matches the routed path, which has a literal in place of a parameter.
 */
function covers(described: string, routed: string): boolean {
  const [own, others] = [described.split('/'), routed.split('/')];
  return own.length === others.length && own.every((part, n) => part.startsWith('{') || part === others[n]);
}

describe('the shipped routes file', () => {
  it('is valid, with an upstream URL for each replica of the environment', () => {
    const { routes, upstreams } = loadRoutes(SHIPPED, ENVIRONMENT).routes;
    const cache = upstreams.find(({ name }) => name === 'cache-service');
    expect(cache?.cluster.urls.map(({ origin }) => origin)).toEqual([
      'http://127.0.0.1:4001',
      'http://127.0.0.1:4002',
    ]);
    expect(routes.find(({ id }) => id === 'POST /v1/orders')).toMatchObject({
      retries: { repeat: 'idempotent' },
    });
    for (const { id, operatorKey } of routes) {
      expect([id, operatorKey]).toEqual([id, id.includes(' /v1/admin/')]);
    }
  });

  it('has the routes of the OpenAPI document, and separate routes for single values of a parameter', () => {
    const routed = loadRoutes(SHIPPED, ENVIRONMENT).routes.routes.map(({ id }) => id);
    const described = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inDocument = routed.map(
      (id) => described.find((each) => each === id) ?? described.find((each) => covers(each, id)) ?? id,
    );
    expect([...new Set(inDocument)].sort()).toEqual(described.sort());
  });

  it('is refused when one of its variables is not set', () => {
    const { CACHE_SERVICE_URL: _, ...environment } = ENVIRONMENT;
    const text = readFileSync(SHIPPED, 'utf8');
    const line = text.split('\n').findIndex((each) => each.includes('CACHE_SERVICE_URL')) + 1;
    expect(faultsOf(text, environment)).toEqual([
      `${line} \${CACHE_SERVICE_URL}: expected the environment variable CACHE_SERVICE_URL to be set`,
    ]);
  });
});

describe('the routes files of the documentation', () => {
  const root = new URL('../../../../', import.meta.url);

  it.each(['docs/gateway.md', 'apps/api-gateway/README.md'])('are valid: %s', (page) => {
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(readFileSync(new URL(page, root), 'utf8')) ?? [];
    const variables = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'http://127.0.0.1:4000']);
    expect(text).toContain('routes:');
    expect(faultsOf(text, Object.fromEntries(variables) as NodeJS.ProcessEnv)).toEqual([]);
  });
});

const GOOD = `limits:
  default: { capacity: 10, ratePerSecond: 5 }
upstreams:
  orders: { urls: 'http://orders:3000' }
defaults: { limit: default, timeoutMs: 1000, idleTimeoutMs: 1000, maxBodyBytes: 1024, retry: safe }
routes:
  - { requests: 'GET /v1/orders/{id}', upstream: orders }
  - { requests: POST /v1/orders, upstream: orders }
`;

describe('a broken routes file', () => {
  it('is made from a valid file', () => {
    expect(faultsOf(GOOD)).toEqual([]);
  });

  it.each<[what: string, change: [from: string, to: string], fault: string | RegExp]>([
    [
      'an unknown field of a route',
      ['upstream: orders }\n', 'upstream: orders, timeout: 5 }\n'],
      '7 routes[0].timeout: unknown field',
    ],
    ['an unknown field of the file', ['limits:', 'version: 1\nlimits:'], '1 version: unknown field'],
    [
      'an unknown upstream',
      [
        'orders }\n  - { requests: POST /v1/orders, upstream: orders',
        'orders }\n  - { requests: POST /v1/orders, upstream: order',
      ],
      '8 routes[1].upstream: unknown upstream "order": expected one of orders',
    ],
    [
      'a limit of wrong operator keys that refuses nothing',
      ['upstreams:', '  operator-key-failures: { capacity: 5, ratePerSecond: 1, shadow: true }\nupstreams:'],
      '3 limits.operator-key-failures.shadow: expected a limit that refuses: it stops guesses of keys',
    ],
    [
      'an unknown limit in a list',
      ['limit: default', 'limit: [default, defualt]'],
      '5 defaults.limit: unknown limit "defualt": expected one of default',
    ],
    [
      'a limit twice in a list',
      ['limit: default', 'limit: [default, default]'],
      '5 defaults.limit: expected each limit once',
    ],
    [
      'an unknown limit',
      ['limit: default', 'limit: defualt'],
      '5 defaults.limit: unknown limit "defualt": expected one of default',
    ],
    [
      'a bad method',
      ['GET /v1', 'FETCH /v1'],
      /^7 routes\[0\]\.requests\[0\]: expected one of GET, HEAD, POST, .* or \*$/,
    ],
    ['a lower-case method', ['POST /v1', 'post /v1'], /^8 routes\[1\]\.requests\[0\]: expected one of GET/],
    [
      'no requests',
      ["requests: 'GET /v1/orders/{id}', ", ''],
      /^7 routes\[0\]\.requests\[0\]: .*expected string/,
    ],
    [
      'a method without a path',
      ['POST /v1/orders', 'POST'],
      /^8 routes\[1\]\.requests\[0\]: expected a method and a path/,
    ],
    [
      'a regular expression that is not linear',
      ['POST /v1/orders', "'POST ~/(a)\\1'"],
      /^8 routes\[1\]\.requests\[0\]: expected a regular expression in the syntax of RE2/,
    ],
    [
      'no action',
      ["GET /v1/orders/{id}', upstream: orders", "GET /v1/orders/{id}'"],
      '7 routes[0]: expected one of upstream, redirect and respond',
    ],
    [
      'two actions',
      ["{id}', upstream: orders", "{id}', upstream: orders, redirect: { to: /v2 }"],
      '7 routes[0]: expected one of upstream, redirect and respond',
    ],
    [
      'weights without a share',
      ["{id}', upstream: orders", "{id}', upstream: { orders: 0 }"],
      /^7 routes\[0\]\.upstream: .*expected a weight above 0/,
    ],
    [
      'an unknown upstream with a weight',
      ["{id}', upstream: orders", "{id}', upstream: { orders: 95, canary: 5 }"],
      '7 routes[0].upstream: unknown upstream "canary": expected one of orders',
    ],
    [
      'a rewrite with an unknown parameter',
      ["{id}', upstream: orders", "{id}', upstream: orders, rewrite: '/orders/{number}'"],
      '7 routes[0].rewrite: expected a parameter of the path, not {number}',
    ],
    [
      'a key from nowhere',
      ["{id}', upstream: orders", "{id}', upstream: orders, key: 'query:a'"],
      '7 routes[0].key: expected address, header:NAME, cookie:NAME or parameter:NAME, not "query:a"',
    ],
    [
      'a change of a field that the gateway writes',
      [
        "{id}', upstream: orders",
        "{id}', upstream: orders, responseFields: { set: { Content-Length: '1' } }",
      ],
      '7 routes[0].responseFields: Content-Length is written by the proxy itself and cannot be changed',
    ],
    [
      'a path without a leading slash',
      ['POST /v1/orders,', 'POST v1/orders,'],
      /^8 routes\[1\]\.requests\[0\]: expected segments/,
    ],
    ['an empty segment', ['/v1/orders,', '/v1//orders,'], /^8 routes\[1\]\.requests\[0\]: expected segments/],
    [
      'a dot segment',
      ['/v1/orders,', '/v1/../orders,'],
      /^8 routes\[1\]\.requests\[0\]: expected no dot segments/,
    ],
    ['half a parameter', ["/{id}'", "/x{id}'"], /^7 routes\[0\]\.requests\[0\]: expected segments/],
    [
      'a parameter twice',
      ["/{id}'", "/{id}/{id}'"],
      '7 routes[0].requests[0]: expected every parameter once, found {id} twice',
    ],
    [
      'a route twice',
      [
        '  - { requests: POST',
        "  - { requests: 'GET /v1/orders/{number}', upstream: orders }\n  - { requests: POST",
      ],
      '8 routes[1].requests[0]: unreachable: routes[0] already takes GET /v1/orders/{id}',
    ],
    [
      "a route at one of the gateway's own pages",
      ['/v1/orders,', '/metrics,'],
      '8 routes[1].requests[0]: unreachable: the gateway answers /metrics itself',
    ],
    [
      'an upstream that nothing uses',
      [
        "  orders: { urls: 'http://orders:3000' }",
        "  orders: { urls: 'http://orders:3000' }\n  spare: { urls: 'http://spare:1' }",
      ],
      '5 upstreams.spare: expected a route that uses it',
    ],
    [
      'a string that is not a URL',
      ['http://orders:3000', 'orders:3000'],
      /^4 upstreams\.orders\.urls: expected http URLs/,
    ],
    [
      'a URL with a path',
      ['http://orders:3000', 'http://orders:3000/api'],
      /^4 upstreams\.orders\.urls: expected http URLs without a path/,
    ],
    [
      'a URL list with a gap',
      ['http://orders:3000', 'http://orders:3000,,http://b:1'],
      /^4 upstreams\.orders\.urls: expected http URLs/,
    ],
    ['no timeout', ['timeoutMs: 1000, idle', 'timeoutMs: 0, idle'], /^5 defaults\.timeoutMs: .*>=1/],
    [
      'a timeout that is not a number',
      ['timeoutMs: 1000, idle', 'timeoutMs: soon, idle'],
      /^5 defaults\.timeoutMs: .*expected number/,
    ],
    [
      'a limit without a rate',
      ['ratePerSecond: 5', 'ratePerSecond: 0'],
      /^2 limits\.default\.ratePerSecond: .*>0/,
    ],
    [
      'a bucket that never refills',
      ['capacity: 10, ratePerSecond: 5', 'capacity: 1000000000, ratePerSecond: 0.0001'],
      /^2 limits\.default: .*refills/,
    ],
    ['no routes', [GOOD.slice(GOOD.indexOf('routes:')), 'routes: []\n'], /^6 routes: .*>=1/],
    ['a key twice', ['upstreams:', 'limits: {}\nupstreams:'], /^3 Map keys must be unique/],
    ['invalid YAML', ['limits:', 'limits: ['], /^\d+ /],
    ['an empty file', [GOOD, ''], /^1 the document: .*expected object/],
  ])(
    'with %s is refused, and the error names the line and the expected value',
    (_what, [from, to], fault) => {
      expect(GOOD).toContain(from);
      const faults = faultsOf(GOOD.replace(from, () => to));
      expect(faults.length).toBeGreaterThan(0);
      if (typeof fault === 'string') expect(faults[0]).toBe(fault);
      else expect(faults[0]).toMatch(fault);
    },
  );

  it('is refused with all of its faults at once', () => {
    const text = GOOD.replace('GET /v1', 'FETCH /v1').replace('maxBodyBytes: 1024', 'maxBodyBytes: -1');
    expect(faultsOf(text)).toHaveLength(2);
  });

  it('is refused when it does not exist', () => {
    expect(() => loadRoutes(join(folder.path, 'nowhere.yaml'))).toThrow(
      /nowhere\.yaml is not valid:\n {2}expected a readable YAML file/,
    );
  });

  it('gets no additional keys from the value of a variable', () => {
    const text = GOOD.replace("'http://orders:3000'", "'${URL}'");
    expect(faultsOf(text, { URL: "http://a:1' }\nextra: true #" })).toEqual([
      expect.stringMatching(/^4 upstreams\.orders\.urls: expected http URLs/),
    ]);
  });
});
