import { describe, expect, it } from '@jest/globals';
import { LeasingMemoryTier } from '../../test/leasing-memory-tier.ts';
import { LocalJournal } from '../../test/local-journal.ts';
import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { CacheManager } from '../cache-manager.ts';
import { LoadTimeoutError } from '../errors/load-timeout.error.ts';
import { MemoryTier } from '../tiers/memory-tier.ts';
import { Bases } from './bases.ts';
import { type LogEntry } from './write-log.ts';

const TTL_MS = 60_000;
const added = (position: number, key: string): LogEntry => ({
  ...{ position, collection: 'views', key, change: { op: 'add', amount: 1 } },
});

function countingStore() {
  const store = new MemoryWriteStore();
  let reads = 0;
  const read = store.read.bind(store);
  store.read = (...args) => ((reads += 1), read(...args));
  return { store, reads: () => reads };
}

function open() {
  const { store, reads } = countingStore();
  const journal = new LocalJournal();
  const shared = new LeasingMemoryTier({ journal });
  const cache = new CacheManager({ memory: new MemoryTier(), shared, journal });
  return {
    store,
    cache,
    shared,
    bases: new Bases({ store, name: 'shop', cache, ttlMs: TTL_MS }),
    reads,
  };
}

describe('values of the store', () => {
  it('are read once while the cache has them, and again after a write was applied', async () => {
    const { bases, cache, reads } = open();
    for (let times = 0; times < 3; times += 1)
      expect(await bases.read('views', 'a', 0)).toMatchObject({ value: 0, position: 0 });
    await bases.read('views', 'b', 0);
    expect(reads()).toBe(2);
    expect(await bases.forget([added(1, 'a'), added(2, 'a')])).toBe(true);
    await bases.read('views', 'a', 0);
    await bases.read('views', 'b', 0);
    expect(reads()).toBe(3);
    await cache.close();
  });

  it('are not taken from the cache below the floor, and are from it on', async () => {
    const { bases, cache, reads } = open();
    await bases.read('views', 'a', 0);
    await bases.read('views', 'a', 0);
    expect(reads()).toBe(1);
    await bases.read('views', 'a', 1);
    expect(reads()).toBe(2);
    await cache.close();
  });

  it('of two collections and two names are apart', async () => {
    const { bases, store, cache, reads } = open();
    await bases.read('views', 'a', 0);
    await bases.read('clicks', 'a', 0);
    await new Bases({ store, name: 'other', cache, ttlMs: TTL_MS }).read('views', 'a', 0);
    expect(reads()).toBe(3);
    await cache.close();
  });

  it('are read from the store each time without a cache, and there is nothing to forget', async () => {
    const { store, reads } = countingStore();
    const bases = new Bases({ store, name: 'shop', ttlMs: TTL_MS });
    await bases.read('views', 'a', 0);
    await bases.read('views', 'a', 0);
    expect(reads()).toBe(2);
    expect(await bases.forget([added(1, 'a')])).toBe(true);
  });

  it('are not forgotten everywhere while the shared tier is down, or the cache fails', async () => {
    const { bases, shared, cache, store } = open();
    shared.isDown = true;
    expect(await bases.forget([added(1, 'a')])).toBe(false);
    expect(await bases.forget([])).toBe(true);
    const failing = { invalidate: () => Promise.reject(new Error('closed')) } as unknown as CacheManager;
    const unlucky = new Bases({ store, name: 'shop', cache: failing, ttlMs: TTL_MS });
    expect(await unlucky.forget([added(1, 'a')])).toBe(false);
    await cache.close();
  });

  it('that take too long are an error of the store; other errors stay as they are', async () => {
    const { store } = countingStore();
    const readAfter = (error: Error) => {
      const cache = { getOrSet: () => Promise.reject(error) } as unknown as CacheManager;
      return new Bases({ store, name: 'shop', cache, ttlMs: TTL_MS }).read('views', 'a', 0);
    };
    await expect(readAfter(new LoadTimeoutError('a', 3_000))).rejects.toMatchObject({
      ...{ code: 'write-store-unavailable', cause: expect.any(LoadTimeoutError) },
    });
    await expect(readAfter(new TypeError('a fault'))).rejects.toThrow(new TypeError('a fault'));
  });
});
