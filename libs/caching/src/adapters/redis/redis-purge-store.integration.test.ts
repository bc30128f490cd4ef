import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { describePurgeStore } from '../../conformance/purge-store.conformance.ts';
import { type PurgeTarget } from '../../edge/purge-target.ts';
import { RedisPurgeStore } from './redis-purge-store.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  redis = await startTestRedis({ persistent: true });
  inspector = new Redis(redis.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await redis.stop();
});

let stores = 0;
const open = async (maxJobs?: number, name = `store-${(stores += 1)}`) => {
  const store = new RedisPurgeStore({
    ...{ url: redis.url, name, commandTimeoutMs: 5_000 },
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

  it('are refused by a Redis that evicts keys, and accepted by one that evicts only keys with a time to live', async () => {
    for (const [policy, code] of [
      ['allkeys-lru', 'cache-purge-store-unsafe'],
      ['volatile-lru', undefined],
    ] as const) {
      const evicting = await startTestRedis({ args: ['--maxmemory', '50mb', '--maxmemory-policy', policy] });
      const store = new RedisPurgeStore({ url: evicting.url, name: 'evicting', commandTimeoutMs: 5_000 });
      await eventually(() => store.size().then(() => true), { every: 5 });
      const outcome = await store.put([tag('a')]).then(
        () => undefined,
        (error: { code: string }) => error.code,
      );
      expect(outcome).toBe(code);
      await store.close();
      await evicting.stop();
    }
  });

  it('are refused with a retryable error while Redis is paused', async () => {
    const own = await startTestRedis();
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
