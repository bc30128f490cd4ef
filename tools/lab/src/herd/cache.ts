import { CacheManager, MemoryTier } from '@groundwork/caching';
import { connectRedisTier } from '@groundwork/caching/redis';
import { Redis } from 'ioredis';
import { NaiveCache } from './naive-cache.ts';

export type Version = 'naive' | 'ours';

/** The part of both caches that the experiment uses. */
export interface Cache {
  getOrSet(key: string, load: () => Promise<string>): Promise<string>;
  invalidate(key: string): Promise<void>;
  close(): void;
}

export async function openCache(version: Version, url: string, ttlMs: number): Promise<Cache> {
  if (version === 'naive') {
    const redis = new Redis(url);
    const cache = new NaiveCache(redis, ttlMs);
    return {
      getOrSet: (key, load) => cache.getOrSet(key, load),
      invalidate: (key) => cache.invalidate(key),
      close: () => redis.disconnect(),
    };
  }
  const { tier, journal, close } = await connectRedisTier({ url, namespace: 'lab', callLimitMs: 2_000 });
  const cache = new CacheManager({ memory: new MemoryTier(), shared: tier, journal });
  return {
    getOrSet: async (key, load) => (await cache.getOrSet<string>(key, { ttlMs, load })).value,
    invalidate: async (key) => void (await cache.invalidate({ keys: [key] })),
    close: () => void cache.close().then(close),
  };
}
