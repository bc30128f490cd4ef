import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { startGateway, type TestGateway } from '../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../test/start-upstream.ts';

describe('what the gateway reports about requests', () => {
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  let upstream: TestUpstream;
  let gateway: TestGateway;
  const lines: Record<string, unknown>[] = [];

  beforeAll(async () => {
    redis = await startTestRedis();
    let resets = 1;
    upstream = await startUpstream((request, response) => {
      if (request.url === '/slow') return;
      if (request.url === '/reset' && resets-- > 0) return void request.socket.destroy();
      if (request.url === '/truncated') {
        response.writeHead(200, { 'content-length': 100 });
        return void response.write('half', () => request.socket.destroy());
      }
      response.end('answer');
    });
    gateway = await startGateway({
      redisUrl: redis.url,
      upstreams: { any: upstream.url },
      routes: ['/fine', '/slow', '/reset', '/truncated'].map((path) => ({
        requests: `GET ${path}`,
        upstream: 'any',
      })),
      environment: { ACCESS_LOG: 'all' },
      onLog: (line) => lines.push(line),
    });
  });
  afterAll(async () => {
    await gateway.shutDown();
    await upstream.kill();
    await redis.stop();
  });
  afterEach(() => void lines.splice(0));

  const metrics = async () => (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n');
  const lineOf = async (path: string) => {
    const find = () => lines.find((line) => line['msg'] === 'request' && line['path'] === path);
    await eventually(async () => find() !== undefined);
    return find();
  };

  it('a request: its route, status, time, replica and attempts', async () => {
    await (await fetch(`${gateway.url}/fine?secret=1`, { headers: { 'x-request-id': 'mine' } })).text();
    expect(await lineOf('/fine')).toMatchObject({
      ...{ method: 'GET', route: 'GET /fine', status: 200, client: '127.0.0.1', requestId: 'mine' },
      ...{ upstream: 'any', endpoint: upstream.url, attempts: 1, durationMs: expect.any(Number) },
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(await metrics()).toContain('gateway_attempts_total{upstream="any",outcome="responded"} 1');
    expect(await metrics()).toContain('gateway_upstream_duration_seconds_count{upstream="any"} 1');
    expect(await metrics()).toContain('gateway_replicas{upstream="any",state="healthy"} 1');
  });

  it('a client that left as 499, and never as a success', async () => {
    const controller = new AbortController();
    const asked = fetch(`${gateway.url}/slow`, { signal: controller.signal });
    await eventually(async () => upstream.requests.some(({ url }) => url === '/slow'));
    controller.abort();
    await expect(asked).rejects.toThrow();
    expect(await lineOf('/slow')).toMatchObject({ status: 499, flags: ['client-left'] });
    const counts = (await metrics()).filter((line) =>
      /^gateway_request_duration_seconds_count.*\/slow/.test(line),
    );
    expect(counts).toEqual(['gateway_request_duration_seconds_count{route="GET /slow",status="499"} 1']);
  });

  it('a retry and its reason', async () => {
    expect((await fetch(`${gateway.url}/reset`)).status).toBe(200);
    expect(await lineOf('/reset')).toMatchObject({ status: 200, attempts: 2, retries: ['reset'] });
    expect(await metrics()).toContain('gateway_retries_total{upstream="any",reason="reset"} 1');
    expect(await metrics()).toContain('gateway_attempts_total{upstream="any",outcome="failed"} 1');
  });

  it('a response that the replica broke off', async () => {
    const response = await fetch(`${gateway.url}/truncated`);
    await expect(response.text()).rejects.toThrow();
    expect(await lineOf('/truncated')).toMatchObject({ status: 200, flags: ['truncated'] });
    expect(await metrics()).toContain('gateway_cut_off_responses_total{upstream="any",why="truncated"} 1');
  });

  it('its own pages and unknown paths, without a replica', async () => {
    await (await fetch(`${gateway.url}/nowhere`)).text();
    const line = await lineOf('/nowhere');
    expect(line).toMatchObject({ status: 404 });
    expect(line).not.toHaveProperty('attempts');
  });
});
