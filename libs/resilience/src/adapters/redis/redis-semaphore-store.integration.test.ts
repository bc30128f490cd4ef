import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, spawnProgram, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { semaphoreStoreConformance } from '../../conformance/semaphore-store.conformance.ts';
import { LeasedSemaphore } from '../../semaphore/leased-semaphore.ts';
import { RedisSemaphoreStore } from './redis-semaphore-store.ts';

const HOLDER = new URL('../../../test/hold-permit.process.ts', import.meta.url);

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  redis = await startTestRedis();
  inspector = new Redis(redis.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await redis.stop();
});

async function connectStore(): Promise<RedisSemaphoreStore> {
  const store = new RedisSemaphoreStore({ url: redis.url, commandTimeoutMs: 5_000 });
  await eventually(() => store.release('any', 'any').then(() => true));
  return store;
}

semaphoreStoreConformance('the Redis store', connectStore);

describe('semaphores that share a Redis', () => {
  it('wake a caller of another process at once, long before the lease would end', async () => {
    const [one, two] = [await connectStore(), await connectStore()];
    const options = { name: 'woken', permits: 1, leaseMs: 60_000 };
    const first = await new LeasedSemaphore({ ...options, store: one }).acquire();
    const waiting = new LeasedSemaphore({ ...options, store: two }).acquire();
    await eventually(async () => (await inspector.pubsub('CHANNELS', 'semaphore:*')).length === 1);
    const releasedAt = performance.now();
    await first.release();
    const second = await waiting;
    expect(performance.now() - releasedAt).toBeLessThan(options.leaseMs / 10);
    await second.release();
    await eventually(async () => (await inspector.pubsub('CHANNELS', 'semaphore:*')).length === 0);
    await Promise.all([one.close(), two.close()]);
  });

  it('wake callers whose subscription was cut off', async () => {
    const store = await connectStore();
    const semaphore = new LeasedSemaphore({ store, name: 'cut', permits: 1, leaseMs: 60_000 });
    const first = await semaphore.acquire();
    const waiting = semaphore.acquire();
    await eventually(async () => (await inspector.pubsub('CHANNELS', 'semaphore:*')).length === 1);
    await inspector.client('KILL', 'TYPE', 'pubsub');
    await first.release();
    await (await waiting).release();
    await store.close();
  });

  it('leave no key in Redis when no permit is held, except the last token', async () => {
    const store = await connectStore();
    const permit = await new LeasedSemaphore({ store, name: 'gone', permits: 2 }).acquire();
    expect(await inspector.pttl('semaphore:{gone}')).toBeGreaterThan(0);
    await permit.release();
    expect(await inspector.keys('semaphore:{gone}*')).toEqual(['semaphore:{gone}:token']);
    expect(await inspector.pttl('semaphore:{gone}:token')).toBeGreaterThan(0);
    await store.close();
  });

  it('give larger tokens even after Redis has lost its data', async () => {
    const store = await connectStore();
    const semaphore = new LeasedSemaphore({ store, name: 'tokens', permits: 1 });
    const before = await semaphore.run(async ({ token }) => token);
    await inspector.flushall();
    expect(await semaphore.run(async ({ token }) => token)).toBeGreaterThan(before);
    await store.close();
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'grant the permit of a process after %s within its lease, and with a larger token',
    async (signal) => {
      const leaseMs = 1_000;
      const store = await connectStore();
      const child = spawnProgram(HOLDER, [redis.url, signal, String(leaseMs)], { stdout: 'pipe' });
      const lines = createInterface(child.stdout!);
      const [token] = (await once(lines, 'line')) as [string];
      const semaphore = new LeasedSemaphore({ store, name: signal, permits: 1, leaseMs });
      await expect(semaphore.acquire({ timeoutMs: 1.5 * leaseMs })).rejects.toMatchObject({
        reason: 'wait-too-long',
      });
      child.kill(signal);
      const next = await semaphore.acquire();
      expect(next.token).toBeGreaterThan(Number(token));
      if (signal === 'SIGSTOP') {
        const told = once(lines, 'line');
        child.kill('SIGCONT');
        expect(await told).toEqual(['lost false']);
        expect(next.isHeld).toBe(true);
      }
      await next.release();
      await store.close();
    },
  );
});
