import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { proxyConformance, rawRequest, RecordingUpstream, statusesOf } from '@groundwork/proxy/conformance';
import { startTestRedis } from '@groundwork/testing';
import { startGateway } from '../../test/start-gateway.ts';

const ROUTES = [
  { method: 'GET', path: '/v1/things/{id}', upstream: 'any' },
  { method: 'POST', path: '/v1/things', upstream: 'any', retry: 'idempotent' },
];

proxyConformance('the gateway', async (upstreamUrl) => {
  const redis = await startTestRedis();
  const gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstreamUrl },
    routes: ROUTES,
  });
  return {
    port: gateway.port,
    async close() {
      await gateway.shutDown();
      await redis.stop();
    },
  };
});

describe('a gateway without Redis', () => {
  let upstream: RecordingUpstream;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await startGateway({
      redisUrl: 'redis://127.0.0.1:1',
      upstreams: { any: upstream.url },
      routes: ROUTES,
    });
  });
  afterAll(async () => {
    await gateway.shutDown();
    await upstream.close();
  });
  afterEach(() => upstream.forget());

  it('ends the connection of a malformed request, although no round trip delays the smuggled one', async () => {
    // Opens the circuit breaker: from then on each process decides locally, without a delay.
    for (let index = 0; index < 4; index += 1) await (await fetch(`${gateway.url}/v1/things/1`)).text();
    upstream.forget();
    const head = 'GET /v1/things/1 HTTP/1.1\r\nHost: shop.example\r\n';
    const bytes = `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${head}\r\n`;
    expect(statusesOf(await rawRequest(gateway.port, bytes))).toEqual([400]);
    expect(upstream.complete).toEqual([]);
  });

  it('answers bytes that its parser refuses with a problem document', async () => {
    const received = await rawRequest(gateway.port, 'GET /v1/things/1 HTTP/1.1\r\nX Y: a\r\n\r\n');
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
    expect(JSON.parse(received.split('\r\n\r\n')[1]!)).toMatchObject({
      code: 'malformed-request',
      status: 400,
    });
  });
});
