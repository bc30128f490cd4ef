import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

const FIELDS = {
  'cache-control': 'public, max-age=0, s-maxage=29, stale-while-revalidate=5, stale-if-error=300',
  etag: '"RBNvo1WzZ4oRRq0W9-hkng"',
  'surrogate-key': 'everything product:GW-0001',
  xkey: 'everything product:GW-0001',
  'cache-status': 'cache-service; hit; ttl=29; detail=l1',
};

/** An edge in front of the gateway decides by these fields. */
describe('the fields of HTTP caching', () => {
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  let upstream: TestUpstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    redis = await startTestRedis();
    upstream = await startUpstream((request, response) => {
      const isUnchanged = request.headers['if-none-match'] === FIELDS.etag;
      response.writeHead(isUnchanged ? 304 : 200, FIELDS).end(isUnchanged ? undefined : '{}');
    });
    gateway = await startGateway({
      redisUrl: redis.url,
      upstreams: { any: upstream.url },
      routes: [{ method: 'GET', path: '/v1/products', upstream: 'any' }],
    });
  });
  afterAll(async () => {
    await gateway.shutDown();
    await upstream.kill();
    await redis.stop();
  });

  it.each([
    [200, undefined],
    [304, FIELDS.etag],
  ])('reach the client unchanged with the status %i', async (status, etag) => {
    const response = await fetch(`${gateway.url}/v1/products`, {
      headers: etag === undefined ? {} : { 'if-none-match': etag },
    });
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(FIELDS);
    expect(response.headers.get('vary')).toBeNull();
  });

  it('forbid to keep a problem of the gateway itself', async () => {
    const response = await fetch(`${gateway.url}/unknown`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });
});
