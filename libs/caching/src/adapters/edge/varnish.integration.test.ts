import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestVarnish } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startDurableRedis } from '../../../test/start-durable-redis.ts';
import { CacheManager } from '../../cache-manager.ts';
import { describeEdgeTier } from '../../conformance/edge-tier.conformance.ts';
import { surrogateKeysOf } from '../../edge/edge-tags.ts';
import { PurgeQueue } from '../../edge/purge-queue.ts';
import { PurgeWorker } from '../../edge/purge-worker.ts';
import { MemoryTier } from '../../tiers/memory-tier.ts';
import { RedisPurgeStore } from '../redis/redis-purge-store.ts';
import { VarnishEdge } from './varnish-edge.ts';

const VCL = readFileSync(new URL('../../../test/edge.vcl', import.meta.url), 'utf8');
const HEADERS = { 'purge-key': 'secret' };
const KEPT = 'public, max-age=0, s-maxage=600, stale-while-revalidate=600';

/** Answers with the tags of each path. `hold` delays the responses of a path until it is released. */
async function startOrigin() {
  const tags = new Map<string, readonly string[]>();
  const held = new Map<string, ServerResponse[]>();
  const state = { version: 1, fetches: 0 };
  const answer = (response: ServerResponse, path: string, version: number) =>
    response
      .writeHead(200, {
        'cache-control': KEPT,
        xkey: surrogateKeysOf(tags.get(path) ?? []),
      })
      .end(String(version));
  const server = createServer(({ url: path = '' }, response) => {
    state.fetches += 1;
    const { version } = state;
    const waiting = held.get(path);
    if (waiting === undefined) answer(response, path, version);
    else waiting.push(Object.assign(response, { version }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ state, tags, port: (server.address() as AddressInfo).port },
    hold: (path: string) => void held.set(path, []),
    heldOf: (path: string) => held.get(path)?.length ?? 0,
    release: (path: string) => {
      const responses = held.get(path) as (ServerResponse & { version: number })[];
      held.delete(path);
      for (const response of responses) answer(response, path, response.version);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function startEdge({ timeoutMs = 30_000 } = {}) {
  const origin = await startOrigin();
  const varnish = await startTestVarnish(VCL.replace('ORIGIN_PORT', String(origin.port)));
  const get = async (path: string) => {
    const response = await fetch(varnish.url + path);
    return {
      value: await response.text(),
      state: response.headers.get('x-state') || 'gone',
      headers: response.headers,
    };
  };
  return {
    ...{ origin, varnish, get },
    tier: new VarnishEdge({ instance: varnish.url, headers: HEADERS, timeoutMs }),
    stop: async () => {
      await varnish.stop();
      await origin.stop();
    },
  };
}

describeEdgeTier('Varnish', async () => {
  const { origin, varnish, get, tier, stop } = await startEdge();
  const pathOf = (url: string) => url.slice(varnish.url.length);
  return {
    tier,
    put: async (path, tags) => {
      origin.tags.set(path, tags);
      await get(path);
      return varnish.url + path;
    },
    stateOf: async (url) => (await get(pathOf(url))).state as 'fresh' | 'stale' | 'gone',
    close: stop,
  };
});

describe('a cache behind Varnish', () => {
  let edge: Awaited<ReturnType<typeof startEdge>>;
  let redis: Awaited<ReturnType<typeof startDurableRedis>>;
  let store: RedisPurgeStore;
  let worker: PurgeWorker;
  let cache: CacheManager;
  const givenUp: unknown[] = [];

  beforeAll(async () => {
    [edge, redis] = await Promise.all([startEdge({ timeoutMs: 500 }), startDurableRedis()]);
    store = new RedisPurgeStore({ url: redis.url, name: 'varnish', commandTimeoutMs: 5_000 });
    await eventually(() => store.size().then(() => true), { every: 5 });
    worker = new PurgeWorker({
      ...{ store, edge: edge.tier, secondPurgeMs: 500, firstRetryMs: 50, lastRetryMs: 200 },
      onGivenUp: (targets) => void givenUp.push(...targets),
    });
    cache = new CacheManager({ memory: new MemoryTier(), edge: { queue: new PurgeQueue(store) } });
  });
  afterAll(async () => {
    await worker.close();
    await store.close();
    await Promise.all([edge.stop(), redis.stop()]);
    expect(givenUp).toEqual([]);
  });
  beforeEach(() => {
    edge.origin.state.version = 1;
  });
  const drained = () => eventually(async () => (await store.size()) === 0, { every: 5 });

  it('is asked again after an invalidation, and only for responses with the tag', async () => {
    edge.origin.tags.set('/products/1', ['product:1']).set('/products/2', ['product:2']);
    for (const path of ['/products/1', '/products/2']) {
      expect((await edge.get(path)).state).toBe('gone');
      expect((await edge.get(path)).state).toBe('fresh');
    }
    edge.origin.state.version = 2;
    expect(await cache.invalidate({ tags: ['product:1'] })).toEqual({ everywhere: true, edge: 'queued' });
    await eventually(async () => (await edge.get('/products/1')).value === '2', { every: 5 });
    expect(await edge.get('/products/2')).toMatchObject({ state: 'fresh', value: '1' });
    await drained();
  });

  it('has an edge whose clients get no tags', async () => {
    edge.origin.tags.set('/tags', ['tag']);
    const { headers } = await edge.get('/tags');
    expect([headers.get('xkey'), headers.get('surrogate-key')]).toEqual([null, null]);
  });

  it('purges an old response that was in flight during the first purge', async () => {
    edge.origin.tags.set('/slow', ['slow']);
    edge.origin.hold('/slow');
    const fetching = edge.get('/slow');
    await eventually(() => edge.origin.heldOf('/slow') === 1, { every: 5 });
    edge.origin.state.version = 2;
    await cache.invalidate({ tags: ['slow'] });
    // The first purge is confirmed: the job waits for its second one.
    await eventually(async () => (await firstJob(redis.url))?.split(' ')[1] === '1', { every: 5 });
    edge.origin.release('/slow');
    expect((await fetching).value).toBe('1');
    expect(await edge.get('/slow')).toMatchObject({ state: 'fresh', value: '1' });
    await drained();
    expect((await edge.get('/slow')).value).toBe('2');
  });

  it('purges an edge that was away, once it is back', async () => {
    edge.origin.tags.set('/away', ['away']);
    await edge.get('/away');
    edge.varnish.pause();
    edge.origin.state.version = 2;
    expect((await cache.invalidate({ tags: ['away'] })).edge).toBe('queued');
    await eventually(async () => Number((await firstJob(redis.url))?.split(' ')[2]) > 0, { every: 20 });
    edge.varnish.resume();
    await drained();
    expect((await edge.get('/away')).value).toBe('2');
  });

  it('lets an edge serve expired objects while it fetches new ones', async () => {
    edge.origin.tags.set('/soft', ['soft-tag']);
    await edge.get('/soft');
    edge.origin.state.version = 2;
    await cache.expire({ tags: ['soft-tag'] });
    await eventually(async () => (await edge.get('/soft')).value === '2', { every: 5 });
    await drained();
  });

  it('is purged only with the key of the purgers; a purge without it may be retried', async () => {
    const stranger = new VarnishEdge({ instance: edge.varnish.url });
    await expect(stranger.purgeTags(['tag'])).rejects.toMatchObject({
      ...{ code: 'cache-edge-unavailable', message: expect.stringContaining('status 403') },
    });
  });

  it('lets 50 clients that miss at the same time cause one fetch', async () => {
    edge.origin.tags.set('/herd', ['herd']);
    edge.origin.hold('/herd');
    const before = edge.origin.state.fetches;
    const answers = Promise.all(Array.from({ length: 50 }, () => edge.get('/herd')));
    await eventually(() => edge.origin.heldOf('/herd') > 0, { every: 5 });
    edge.origin.release('/herd');
    await answers;
    expect(edge.origin.state.fetches - before).toBe(1);
  });
});

/** The stored numbers of the only job. */
async function firstJob(url: string): Promise<string | undefined> {
  const redis = new Redis(url);
  const jobs = await redis.hvals('{edge-purges:varnish}:jobs');
  redis.disconnect();
  return jobs[0];
}
