import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { OPERATOR_KEY, startGateway, type TestGateway } from '../test/start-gateway.ts';
import { type Echo, startUpstream, type TestUpstream } from '../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream();
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    routes: [
      { method: 'GET', path: '/v1/things/{id}', upstream: 'any' },
      { method: 'POST', path: '/v1/things', upstream: 'any' },
      { method: 'GET', path: '/v1/admin', upstream: 'any', operatorKey: true },
    ],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => void upstream.requests.splice(0));

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers });
const echoOf = async (path: string, headers?: Record<string, string>) =>
  (await (await get(path, headers)).json()) as Echo;

describe('a route', () => {
  it('forwards path, query, fields and body unchanged', async () => {
    const response = await fetch(`${gateway.url}/v1/things?a=%20b&a=c`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'idempotency-key': 'k', accept: 'x/y' },
      body: '{"not": parsed',
    });
    expect(await response.json()).toMatchObject({
      method: 'POST',
      url: '/v1/things?a=%20b&a=c',
      headers: {
        'content-type': 'text/plain',
        'idempotency-key': 'k',
        accept: 'x/y',
        'content-length': '14',
      },
      body: '{"not": parsed',
    });
  });

  it('sends the upstream its own Host, and the Host of the client in X-Forwarded-Host', async () => {
    const { headers } = await echoOf('/v1/things/1', { 'x-forwarded-host': 'evil.example' });
    expect(headers['host']).toBe(new URL(upstream.url).host);
    expect(headers['x-forwarded-host']).toBe(new URL(gateway.url).host);
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('gives every request one Host, one id and one trace', async () => {
    const { rawHeaders } = await echoOf('/v1/things/1');
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['host', 'x-request-id', 'traceparent', 'via']));
  });

  it('keeps a valid request id, replaces an invalid one, and returns it in the response', async () => {
    const kept = await get('/v1/things/1', { 'x-request-id': 'order-17' });
    expect(kept.headers.get('x-request-id')).toBe('order-17');
    expect(((await kept.json()) as Echo).headers['x-request-id']).toBe('order-17');
    for (const bad of ['a b', 'x'.repeat(129), 'caf\xe9']) {
      const made = (await get('/v1/things/1', { 'x-request-id': bad })).headers.get('x-request-id');
      expect(made).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('continues a given trace, and starts one otherwise', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const kept = await echoOf('/v1/things/1', { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    expect(kept.headers['traceparent']).toMatch(
      new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
    const made = await echoOf('/v1/things/1', { traceparent: 'nonsense' });
    expect(made.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('is counted in the metrics by its pattern', async () => {
    await get('/v1/things/4711');
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain(
      'gateway_request_duration_seconds_count{route="GET /v1/things/{id}",status="200"}',
    );
    expect(metrics).not.toContain('things/4711');
  });
});

describe('a request without a route', () => {
  it('gets a 404 for an unknown path', async () => {
    const response = await get('/v1/nothing?x=1', { 'x-request-id': 'lost-1' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe('lost-1');
    expect(await response.json()).toEqual({
      type: 'urn:groundwork:problem:not-found',
      title: 'Not Found',
      status: 404,
      code: 'not-found',
      detail: 'There is no resource at this path.',
      instance: '/v1/nothing',
      requestId: 'lost-1',
    });
  });

  it.each([
    ['DELETE', '/v1/things/1', 'GET, HEAD'],
    ['PUT', '/v1/things', 'POST'],
    ['PROPFIND', '/v1/things/1', 'GET, HEAD'],
    ['OPTIONS', '/v1/things', 'POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('gets a 405 for %s %s, which allows %s', async (method, path, allow) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ code: 'method-not-allowed' });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('a route for operators', () => {
  it('returns 401 without the key, 403 with a wrong key, and forwards with the right key but never sends it on', async () => {
    expect((await get('/v1/admin')).status).toBe(401);
    expect((await get('/v1/admin', { 'x-operator-key': 'wrong' })).status).toBe(403);
    expect(upstream.requests).toHaveLength(0);
    const { headers } = await echoOf('/v1/admin', { 'x-operator-key': OPERATOR_KEY });
    expect(headers).not.toHaveProperty('x-operator-key');
  });
});

describe('the gateway’s own pages', () => {
  it('have an index that links them', async () => {
    const { links } = (await (await get('/')).json()) as { links: Record<string, string> };
    for (const path of Object.values(links)) expect((await get(path)).status).toBe(200);
  });

  it('describe the public surface in OpenAPI 3.1', async () => {
    const document = (await (await get('/openapi.json')).json()) as { openapi: string; paths: object };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths)).toContain('/v1/orders');
  });

  it('describe the events in AsyncAPI 3.0', async () => {
    const document = (await (await get('/asyncapi.json')).json()) as { asyncapi: string; channels: object };
    expect(document.asyncapi).toMatch(/^3\.0\./);
    expect(Object.keys(document.channels)).toContain('orders.events');
  });

  it('report readiness and the status of each check', async () => {
    const response = await get('/health/ready');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ checks: { 'upstream any': { status: 'ok' } } });
  });
});
