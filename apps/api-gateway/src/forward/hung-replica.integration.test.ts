import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { type RequestListener, type ServerResponse } from 'node:http';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let replicas: TestUpstream[];
let gateway: TestGateway;
let isHanging = false;
let unanswered: ServerResponse[] = [];

/** Accepts connections and requests but answers nothing, not even probes. A stopped process looks like this from outside. */
const hangs: RequestListener = (request, response) => {
  request.resume();
  if (isHanging) unanswered.push(response);
  else response.end('from the one that hangs');
};

beforeAll(async () => {
  redis = await startTestRedis();
  replicas = [
    await startUpstream(hangs),
    await startUpstream((request, response) => void request.resume().once('end', () => response.end('fine'))),
  ];
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: replicas.map(({ url }) => url).join(',') },
    // So long that no timeout ends a request: every answered request was retried at the other replica.
    defaults: { timeoutMs: 25_000 },
    routes: [
      { method: 'GET', path: '/things', upstream: 'any' },
      { method: 'POST', path: '/orders', upstream: 'any', retry: 'idempotent' },
    ],
  });
});
afterAll(async () => {
  for (const response of unanswered) response.destroy();
  await gateway.shutDown();
  await Promise.all(replicas.map((replica) => replica.kill()));
  await redis.stop();
});
beforeEach(() => {
  isHanging = false;
  unanswered = [];
});

const read = async () => (await fetch(`${gateway.url}/things`)).text();
const order = async (headers: Record<string, string> = {}) =>
  (await fetch(`${gateway.url}/orders`, { method: 'POST', body: 'x', headers })).text();
const burst = (ask: () => Promise<string>) => Promise.all(Array.from({ length: 12 }, ask));

describe('a replica that hangs', () => {
  it('loses no read, gets no further reads, and is used again once it answers', async () => {
    isHanging = true;
    expect(await burst(read)).toEqual(Array.from({ length: 12 }, () => 'fine'));
    await burst(read);
    const seen = replicas[0]!.requests.filter(({ url }) => url === '/things').length;
    await burst(read);
    expect(replicas[0]!.requests.filter(({ url }) => url === '/things')).toHaveLength(seen);
    isHanging = false;
    await eventually(async () => (await burst(read)).includes('from the one that hangs'));
  });

  it('loses no order with an Idempotency-Key', async () => {
    isHanging = true;
    expect(await burst(() => order({ 'idempotency-key': crypto.randomUUID() }))).toEqual(
      Array.from({ length: 12 }, () => 'fine'),
    );
    isHanging = false;
    await eventually(async () => (await burst(read)).includes('from the one that hangs'));
  });

  it('keeps the requests that may not be repeated, and they wait for it', async () => {
    isHanging = true;
    const orders = burst(() => order());
    await eventually(async () => (await burst(read)).every((answer) => answer === 'fine'));
    const waiting = unanswered.filter(({ req }) => req.url === '/orders');
    expect(waiting.length).toBeGreaterThan(0);
    for (const response of waiting) response.end('late');
    expect(new Set(await orders)).toEqual(new Set(['fine', 'late']));
  });
});
