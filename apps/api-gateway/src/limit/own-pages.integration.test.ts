import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream();
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    limits: {
      default: { capacity: 1_000, ratePerSecond: 1_000 },
      'own-pages': { capacity: 20, ratePerSecond: 0.01 },
    },
    routes: [
      { method: 'GET', path: '/things', upstream: 'any' },
      { method: 'GET', path: '/admin', upstream: 'any', operatorKey: true },
    ],
    environment: { LIMIT_STORE_TIMEOUT_MS: '1000' },
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});

const ask = async (path: string, method = 'GET') => {
  const response = await fetch(`${gateway.url}${path}`, { method });
  await response.arrayBuffer();
  return response;
};

describe('requests that the gateway answers itself', () => {
  it('are counted by address and separately from the routes, so a flood of them leaves the limits of the routes', async () => {
    const paths = ['/openapi.json', '/asyncapi.json', '/', '/no-such-path', '/admin'];
    const responses = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(paths[index % 5]!)));
    expect(responses.filter(({ status }) => status !== 429)).toHaveLength(20);
    expect((await ask('/openapi.json')).headers.get('ratelimit')).toMatch(/^"own-pages";r=0;t=\d+$/);
    expect((await ask('/things', 'PUT')).status).toBe(429);
    expect((await ask('/health/ready')).status).toBe(200);
    const { status, headers } = await ask('/things');
    expect(status).toBe(200);
    expect(headers.get('ratelimit')).toMatch(/^"default";r=99\d/);
  });
});
