import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { connectManagers } from '../test/managers.ts';
import { type CacheManager } from './cache-manager.ts';

const CHANGES = 400;
const KEYS = ['a', 'b', 'c', 'd'];

/**
 * Changes a source while readers in three processes read it. Each change is first committed, then each process is notified
 * of it. From that moment on, the process must not read an older version.
 */
async function countStaleReads(
  managers: CacheManager[],
): Promise<{ reads: number; stale: number; loads: number }> {
  const source = new Map(KEYS.map((key) => [key, 0]));
  const heard = managers.map(() => new Map(KEYS.map((key) => [key, 0])));
  const tally = { reads: 0, stale: 0, loads: 0 };
  let done = false;

  const load = async (key: string) => {
    tally.loads += 1;
    const version = source.get(key);
    for (let turns = Math.random() * 20; turns > 0; turns -= 1) await turn();
    return version;
  };
  const readOn = async (manager: CacheManager, process: number) => {
    while (!done) {
      const key = KEYS[Math.floor(Math.random() * KEYS.length)] as string;
      const atLeast = heard[process]?.get(key) as number;
      const options = { ttlMs: 60_000, tags: [`tag-${key}`], load: () => load(key) };
      const { value } = await manager.getOrSet(key, options);
      tally.reads += 1;
      if ((value as number) < atLeast) tally.stale += 1;
      await turn();
    }
  };
  const readers = managers.flatMap((manager, process) => [1, 2, 3].map(() => readOn(manager, process)));

  for (let change = 1; change <= CHANGES; change += 1) {
    const key = KEYS[change % KEYS.length] as string;
    source.set(key, change);
    await Promise.all(
      managers.map(async (manager, process) => {
        for (let turns = Math.random() * 10; turns > 0; turns -= 1) await turn();
        await manager.invalidate({ tags: [`tag-${key}`], once: `change-${change}` });
        heard[process]?.set(key, change);
      }),
    );
  }
  done = true;
  await Promise.all(readers);
  return tally;
}

describe('CacheManager under changes', () => {
  let server: Awaited<ReturnType<typeof startTestRedis>>;
  let admin: Redis;
  let three: Awaited<ReturnType<typeof connectManagers>>;

  beforeAll(async () => {
    server = await startTestRedis();
    admin = new Redis(server.url);
    three = await connectManagers(3, server.url);
  });
  afterAll(async () => {
    three.close();
    admin.disconnect();
    await server.stop();
  });

  it('serves no stale read after an awaited invalidation', async () => {
    const { reads, stale, loads } = await countStaleReads(three.managers);
    expect(stale).toBe(0);
    expect(loads).toBeLessThan(reads);
  });

  it('serves no stale read while Redis evicts values, leases and tokens at random', async () => {
    await admin.flushall();
    let evicting = true;
    let evicted = 0;
    const evictor = (async () => {
      while (evicting) {
        const key = await admin.randomkey();
        if (key !== null) evicted += await admin.unlink(key);
      }
    })();
    const { stale } = await countStaleReads(three.managers);
    evicting = false;
    await evictor;
    expect(evicted).toBeGreaterThan(100);
    expect(stale).toBe(0);
  });
});
