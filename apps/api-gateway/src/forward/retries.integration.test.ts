import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

/** Echoes the body after a few milliseconds, so that some requests are always in flight. */
const answerLater: RequestListener = (request, response) => {
  void text(request).then(
    (body) => setTimeout(() => response.end(body), 5),
    () => undefined,
  );
};

describe('requests under load, with two replicas', () => {
  let replicas: TestUpstream[];
  let gateway: TestGateway;
  beforeEach(async () => {
    replicas = [await startUpstream(answerLater), await startUpstream(answerLater)];
    gateway = await startGateway({
      redisUrl: redis.url,
      upstreams: { any: replicas.map(({ url }) => url).join(',') },
      routes: [
        { method: 'GET', path: '/things/{id}', upstream: 'any' },
        { method: 'POST', path: '/orders', upstream: 'any', retry: 'idempotent' },
        { method: 'POST', path: '/plain', upstream: 'any' },
      ],
    });
  });
  afterEach(async () => {
    await gateway.shutDown();
    await Promise.all(replicas.map((replica) => replica.kill()));
  });

  /** Keeps 16 requests in flight until `isOver`, and counts the answers by status. */
  async function load(send: (index: number) => Promise<Response>, isOver: (sent: number) => boolean) {
    const statuses: Record<number, number> = {};
    let sent = 0;
    const lane = async () => {
      while (!isOver(sent)) {
        const index = (sent += 1);
        const response = await send(index);
        const body = await response.text();
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        if (response.status === 200) expect(['', `order ${index}`]).toContain(body);
      }
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    return { statuses, sent };
  }

  async function loadWhileOneIsKilledAndRevived(send: (index: number) => Promise<Response>) {
    let isRevived = false;
    let sentAtRevival = Infinity;
    const loading = load(send, (sent) => isRevived && sent > sentAtRevival + 200);
    await eventually(() => replicas[0]!.requests.length > 100);
    await replicas[0]!.kill();
    const seen = replicas[1]!.requests.length;
    await eventually(() => replicas[1]!.requests.length > seen + 200);
    await replicas[0]!.revive();
    const before = replicas[0]!.requests.length;
    await eventually(() => replicas[0]!.requests.length > before + 20);
    sentAtRevival = replicas[0]!.requests.length + replicas[1]!.requests.length;
    isRevived = true;
    return loading;
  }

  const placeOrder = (index: number) =>
    fetch(`${gateway.url}/orders`, {
      method: 'POST',
      headers: { 'idempotency-key': `key-${index}` },
      body: `order ${index}`,
    });

  it('lose no read when one replica is killed, and use it again when it is back', async () => {
    const { statuses, sent } = await loadWhileOneIsKilledAndRevived(() => fetch(`${gateway.url}/things/1`));
    expect(statuses).toEqual({ 200: sent });
  });

  it('lose no order with an Idempotency-Key when one replica is killed, and keep each body', async () => {
    const { statuses, sent } = await loadWhileOneIsKilledAndRevived(placeOrder);
    expect(statuses).toEqual({ 200: sent });
  });

  it('are spread over both replicas', async () => {
    await load(
      () => fetch(`${gateway.url}/things/1`),
      (sent) => sent >= 400,
    );
    for (const { requests } of replicas) expect(requests.length).toBeGreaterThan(120);
  });

  it('of any method go to the other replica when the first one refuses connections', async () => {
    await replicas[0]!.kill();
    const { statuses, sent } = await load(
      (index) => fetch(`${gateway.url}/plain`, { method: 'POST', body: `order ${index}` }),
      (already) => already >= 100,
    );
    expect(statuses).toEqual({ 200: sent });
  });
});

describe('an upstream that breaks every connection before its response', () => {
  let upstream: TestUpstream;
  let gateway: TestGateway;
  beforeAll(async () => {
    upstream = await startUpstream((request) => {
      request.resume().once('end', () => request.socket.destroy());
    });
    gateway = await startGateway({
      redisUrl: redis.url,
      upstreams: { any: upstream.url },
      routes: [
        { method: 'GET', path: '/never', upstream: 'any', retry: 'none' },
        { method: 'POST', path: '/orders', upstream: 'any', retry: 'idempotent' },
        { method: 'PUT', path: '/things', upstream: 'any' },
      ],
    });
  });
  afterAll(async () => {
    await gateway.shutDown();
    await upstream.kill();
  });

  const seenAfter = async (path: string, init: RequestInit) => {
    upstream.requests.splice(0);
    expect((await fetch(`${gateway.url}${path}`, init)).status).toBe(502);
    return upstream.requests.length;
  };

  it('receives a request at most three times', async () => {
    const init = { method: 'POST', body: 'x', headers: { 'idempotency-key': 'a' } };
    expect(await seenAfter('/orders', init)).toBe(3);
    expect(await seenAfter('/things', { method: 'PUT' })).toBe(3);
  });

  it('receives a request that may not be repeated once', async () => {
    expect(await seenAfter('/never', {})).toBe(1);
    expect(await seenAfter('/orders', { method: 'POST', body: 'x' })).toBe(1);
  });

  it('receives a request with a streamed body once', async () => {
    expect(await seenAfter('/things', { method: 'PUT', body: Buffer.alloc(100_000) })).toBe(1);
  });

  it('receives at most a fifth more requests than clients sent', async () => {
    upstream.requests.splice(0);
    const [reserve, windowMs, total] = [10, 10_000, 500];
    const startedAt = performance.now();
    for (let sent = 0; sent < total; sent += 10) {
      await Promise.all(
        Array.from({ length: 10 }, async () =>
          (
            await fetch(`${gateway.url}/orders`, {
              method: 'POST',
              body: 'x',
              headers: { 'idempotency-key': 'a' },
            })
          ).text(),
        ),
      );
    }
    expect(upstream.requests.length).toBeGreaterThan(total);
    // Each window has its reserve; the first window may have started in an earlier test.
    const windows = 1 + Math.ceil((performance.now() - startedAt) / windowMs);
    expect(upstream.requests.length).toBeLessThanOrEqual(total * 1.2 + reserve * windows);
  });
});
