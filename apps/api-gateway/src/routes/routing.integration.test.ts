import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from '@groundwork/proxy/conformance';
import { startTestRedis } from '@groundwork/testing';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { type Echo, startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstreams: Record<'stable' | 'canary' | 'other', TestUpstream>;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startTestRedis();
  const [stable, canary, other] = await Promise.all([startUpstream(), startUpstream(), startUpstream()]);
  upstreams = { stable, canary, other };
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: {
      stable: stable.url,
      canary: canary.url,
      replicas: [stable, canary, other].map(({ url }) => url).join(','),
    },
    upstreamSettings: { balance: 'hash' },
    routes: [
      { requests: 'GET /split', upstream: { stable: 90, canary: 10 } },
      { requests: 'GET /sticky', upstream: { stable: 50, canary: 50 }, key: 'header:x-customer' },
      { requests: 'GET /hashed/{id}', upstream: 'replicas', key: 'parameter:id' },
      { requests: 'GET /shop', hosts: 'beta.shop.example', upstream: 'canary' },
      { requests: 'GET /shop', headers: { 'X-Beta': '1' }, upstream: 'canary' },
      { requests: 'GET /shop', query: { beta: null }, upstream: 'canary' },
      { requests: 'GET /shop', upstream: 'stable' },
      { requests: ['GET /api/**', 'POST /api/**'], upstream: 'stable', rewrite: '/internal' },
      { requests: 'GET /users/{id}', upstream: 'stable', rewrite: '/customers/{id}' },
      { requests: 'GET /old/{id}', redirect: { to: '/users/{id}' } },
      { requests: '* /robots.txt', respond: { status: 200, body: 'User-agent: *\n' } },
      {
        requests: 'GET /fields',
        upstream: 'stable',
        requestFields: { set: { 'X-Tier': 'gold' }, remove: ['Cookie'] },
        responseFields: { set: { 'Cache-Control': 'no-store' }, remove: ['Content-Type'] },
      },
    ],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await Promise.all(Object.values(upstreams).map((upstream) => upstream.kill()));
  await redis.stop();
});

const nameOf = ({ rawHeaders }: Echo) => {
  const host = rawHeaders[rawHeaders.findIndex((each) => each === 'host') + 1] ?? '';
  return Object.entries(upstreams).find(([, { port }]) => host.endsWith(`:${port}`))?.[0];
};
const get = async (path: string, headers: Record<string, string> = {}) =>
  (await (await fetch(`${gateway.url}${path}`, { headers })).json()) as Echo;

describe('a route', () => {
  it('divides requests by weight, within 2 % over 4,000 of them', async () => {
    const count = 4_000;
    let canary = 0;
    for (let sent = 0; sent < count; sent += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => get('/split')));
      canary += answers.filter((answer) => nameOf(answer) === 'canary').length;
    }
    expect(Math.abs((100 * canary) / count - 10)).toBeLessThanOrEqual(2);
  });

  it('keeps equal keys at one upstream', async () => {
    const customers = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
    const names = () =>
      Promise.all(customers.map(async (id) => nameOf(await get('/sticky', { 'x-customer': id }))));
    const first = await names();
    expect(await names()).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['stable', 'canary']));
  });

  it('keeps equal keys at one replica of an upstream that hashes', async () => {
    const named = async (id: number) => nameOf(await get(`/hashed/${id}`));
    const ids = Array.from({ length: 20 }, (_, index) => index);
    const first: unknown[] = [];
    for (const id of ids) first.push(await named(id));
    for (const id of ids) expect(await named(id)).toBe(first[id]);
    expect(new Set(first)).toEqual(new Set(['stable', 'canary', 'other']));
  });

  it('is chosen by host, header and query', async () => {
    expect(nameOf(await get('/shop'))).toBe('stable');
    expect(nameOf(await get('/shop', { 'x-beta': '1' }))).toBe('canary');
    expect(nameOf(await get('/shop', { 'x-beta': '2' }))).toBe('stable');
    expect(nameOf(await get('/shop?beta'))).toBe('canary');
    const received = await rawRequest(
      gateway.port,
      'GET /shop HTTP/1.1\r\nHost: beta.shop.example\r\nConnection: close\r\n\r\n',
    );
    expect(nameOf(JSON.parse(received.slice(received.indexOf('{'))) as Echo)).toBe('canary');
  });

  it('rewrites the path, and keeps the query', async () => {
    expect((await get('/api/orders/7?a=b')).url).toBe('/internal/orders/7?a=b');
    expect((await get('/api')).url).toBe('/internal');
    expect((await get('/users/a%20b')).url).toBe('/customers/a%20b');
  });

  it('redirects, and answers itself', async () => {
    const redirected = await fetch(`${gateway.url}/old/7?a=b`, { redirect: 'manual' });
    expect([redirected.status, redirected.headers.get('location')]).toEqual([308, '/users/7?a=b']);
    const answered = await fetch(`${gateway.url}/robots.txt`, { method: 'POST' });
    expect([answered.status, await answered.text()]).toEqual([200, 'User-agent: *\n']);
    expect(answered.headers.get('x-request-id')).not.toBeNull();
    const head = await fetch(`${gateway.url}/robots.txt`, { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['14', '']);
  });

  it('changes header fields of the request and of the response', async () => {
    const response = await fetch(`${gateway.url}/fields`, { headers: { cookie: 'a=1', 'x-tier': 'free' } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBeNull();
    const { headers } = (await response.json()) as Echo;
    expect(headers['x-tier']).toBe('gold');
    expect(headers).not.toHaveProperty('cookie');
  });
});
