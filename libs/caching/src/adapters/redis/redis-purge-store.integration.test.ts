import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { startDurableRedis } from '../../../test/start-durable-redis.ts';
import { describePurgeStore } from '../../conformance/purge-store.conformance.ts';
import { type PurgeTarget } from '../../edge/purge-target.ts';
import { RedisPurgeStore } from './redis-purge-store.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  redis = await startDurableRedis();
  inspector = new Redis(redis.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await redis.stop();
});

let stores = 0;
const open = async (maxJobs?: number, name = `store-${(stores += 1)}`, url = redis.url) => {
  const store = new RedisPurgeStore({
    ...{ url, name, commandTimeoutMs: 5_000 },
    ...(maxJobs !== undefined && { maxJobs }),
  });
  await eventually(() => store.size().then(() => true), { every: 5 });
  return store;
};
const tag = (name: string): PurgeTarget => ({ kind: 'tag', name, soft: false });

describePurgeStore('the Redis store', open);

describe('purges in Redis', () => {
  it('are shared by the stores of one name, and separate from others', async () => {
    const [one, same, other] = [await open(9, 'cdn'), await open(9, 'cdn'), await open(9, 'cdn-2')];
    await one.put([tag('a')]);
    expect([await same.size(), await other.size()]).toEqual([1, 0]);
    await Promise.all([one.close(), same.close(), other.close()]);
  });

  it('survive the death of the server, once they are stored', async () => {
    const store = await open();
    await store.put([tag('a'), tag('b')]);
    await store.claim({ most: 1, leaseMs: 1, token: 'dead' });
    await redis.kill();
    await redis.restart();
    const { jobs } = await eventually(async () => {
      const claim = await store.claim({ most: 9, leaseMs: 60_000, token: 'alive' }).catch(() => undefined);
      return claim !== undefined && claim.jobs.length === 2 && claim;
    });
    expect(jobs.map(({ target }) => target.name).sort()).toEqual(['a', 'b']);
    await store.close();
  });

  it('leave no key when they are finished', async () => {
    const store = await open(9, 'finished');
    await store.put([tag('a')]);
    expect((await inspector.keys('{edge-purges:finished}*')).sort()).toEqual([
      '{edge-purges:finished}:due',
      '{edge-purges:finished}:jobs',
    ]);
    await store.claim({ most: 1, leaseMs: 60_000, token: 't' });
    await store.settle('t', [{ target: tag('a'), next: undefined }]);
    expect(await inspector.keys('{edge-purges:finished}*')).toEqual([]);
    await store.close();
  });

  it('are stored thousands at a time', async () => {
    const store = await open();
    const targets = Array.from({ length: 5_000 }, (_, index) => tag(`many-${index}`));
    await store.put(targets);
    await store.put(targets);
    expect(await store.size()).toBe(5_000);
    await store.close();
  });

  it('are refused by a Redis that could lose them', async () => {
    const weak = await startTestRedis();
    const store = await open(9, 'weak', weak.url);
    await expect(store.put([tag('a')])).rejects.toMatchObject({
      ...{ code: 'redis-not-durable', retryable: false },
    });
    expect(await store.size()).toBe(0);
    await store.close();
    await weak.stop();
  });

  it('are finished by a Redis without memory, which accepts no new ones', async () => {
    const small = await startDurableRedis('--maxmemory', '4mb');
    const store = await open(9, 'small', small.url);
    await store.put([tag('a'), tag('b')]);
    const filler = new Redis(small.url);
    await filler.config('SET', 'maxmemory', '1');
    await expect(store.put([tag('c')])).rejects.toMatchObject({ code: 'cache-purge-store-unavailable' });
    const { jobs } = await store.claim({ most: 9, leaseMs: 60_000, token: 't' });
    expect(jobs.map(({ target }) => target.name).sort()).toEqual(['a', 'b']);
    const next = { purges: 1, failures: 0, refusals: 0, dueInMs: 0 };
    await store.settle('t', [
      { target: tag('a'), next: undefined },
      { target: tag('b'), next },
    ]);
    expect(await store.claim({ most: 9, leaseMs: 1, token: 'u' })).toMatchObject({
      jobs: [{ target: tag('b'), purges: 1 }],
    });
    filler.disconnect();
    await store.close();
    await small.stop();
  });

  it('are refused with a retryable error while Redis is paused', async () => {
    const own = await startDurableRedis();
    const store = new RedisPurgeStore({ url: own.url, name: 'paused' });
    await eventually(() => store.put([tag('a')]).then(() => true), { every: 5 });
    own.pause();
    await expect(store.put([tag('b')])).rejects.toMatchObject({
      ...{ code: 'cache-purge-store-unavailable', retryable: true },
    });
    own.resume();
    await store.close();
    await own.stop();
  });
});
