import { type Cache, productOf, type TaggedCache, verify } from './cache.ts';
import { type Contestant } from '../suite-tools.ts';

export const KEYS = Array.from({ length: 1_000 }, (_, index) => `product-${index}`);
const keyAt = (index: number) => KEYS[index % KEYS.length] as string;

const MANY = 100;

/** Stores all keys, so that the reads that follow are hits. */
export async function fill({ getOrSet }: Cache): Promise<void> {
  for (const key of KEYS) await getOrSet(key, async () => productOf(key));
}

/** Hits of 1,000 keys, some at once. A load would be a wrong answer. */
export function hits({ name, getOrSet }: Cache, atOnce: number, operations?: number): Contestant {
  let next = 0;
  const load = () => Promise.reject(new Error(`${name} has lost an entry`));
  const reader = async (end: number) => {
    while (next < end) {
      next += 1;
      const key = keyAt(next);
      verify(name, key, await getOrSet(key, load));
    }
  };
  return {
    name,
    run: async (count) => {
      const end = next + count;
      await Promise.all(Array.from({ length: atOnce }, () => reader(end)));
    },
    ...(operations !== undefined && { operations }),
  };
}

/** Reads of new keys: each one loads and stores. */
export function misses({ name, getOrSet }: Cache): Contestant {
  let next = 0;
  return {
    name,
    run: async (count) => {
      let loads = 0;
      for (let index = 0; index < count; index += 1) {
        const key = `new-${(next += 1)}`;
        const load = async () => {
          loads += 1;
          return productOf(key);
        };
        verify(name, key, await getOrSet(key, load));
      }
      if (loads !== count) throw new Error(`${name} loaded ${loads} of ${count} new keys`);
    },
    operations: 100,
  };
}

export function writes(cache: Cache & Required<Pick<Cache, 'set'>>): Contestant {
  let next = 0;
  return {
    name: cache.name,
    run: async (count) => {
      for (let index = 0; index < count; index += 1) {
        const key = keyAt((next += 1));
        await cache.set(key, productOf(key));
      }
    },
    operations: 100,
  };
}

/** Reads of 100 keys with one call. */
export function readsOfMany(cache: Cache & Required<Pick<Cache, 'getMany'>>): Contestant {
  let next = 0;
  return {
    name: cache.name,
    run: async (count) => {
      for (let index = 0; index < count; index += 1) {
        next = (next + MANY) % KEYS.length;
        const keys = KEYS.slice(next, next + MANY);
        const answers = await cache.getMany(keys);
        keys.forEach((key, place) => verify(cache.name, key, answers[place]));
      }
    },
    operations: 20,
  };
}

/** Invalidates one tag after the other. Only the invalidation is timed; the next read must load. */
export function invalidations(cache: TaggedCache): Contestant {
  let next = 0;
  return {
    name: cache.name,
    run: async (count) => {
      let elapsedMs = 0;
      for (let index = 0; index < count; index += 1) {
        const key = `tagged-${(next += 1) % KEYS.length}`;
        let loads = 0;
        const load = async () => {
          loads += 1;
          return productOf(key);
        };
        await cache.getOrSet(key, load);
        loads = 0;
        const began = performance.now();
        await cache.invalidateTag(key);
        elapsedMs += performance.now() - began;
        verify(cache.name, key, await cache.getOrSet(key, load));
        if (loads !== 1) throw new Error(`${cache.name} served ${key} after the invalidation of its tag`);
      }
      return { elapsedMs };
    },
    operations: 20,
  };
}
