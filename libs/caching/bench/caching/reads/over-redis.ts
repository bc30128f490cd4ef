import KeyvRedis, { Keyv } from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { Redis } from 'ioredis';
import { connectRedisTier } from '../../../src/adapters/redis/index.ts';
import { CacheManager, MemoryTier } from '../../../src/index.ts';
import {
  BENTOCACHE,
  type Cache,
  CACHE_MANAGER,
  CACHEABLE,
  IOREDIS,
  OUR_TIER,
  OURS,
  type Product,
  type TaggedCache,
  TTL_MS,
} from './cache.ts';

/** Caches over one Redis. The L1 of ours has room for one entry, so that L2 answers; the others have no L1. */
export async function overRedis(url: string): Promise<Cache[]> {
  return [...(await ours(url)), ioredis(url), bentocache(url), cacheable(url), cacheManager(url)];
}

async function ours(url: string): Promise<Cache[]> {
  const { tier, close } = await connectRedisTier({ url, namespace: 'bench', callLimitMs: 10_000 });
  const cache = new CacheManager({ memory: new MemoryTier({ maxEntries: 1 }), shared: tier });
  const getOrSet = async (key: string, load: () => Promise<Product>) =>
    (await cache.getOrSet<Product>(key, { ttlMs: TTL_MS, tags: [key], load })).value;
  return [
    {
      name: OURS,
      getOrSet,
      set: (key, value) => cache.set(key, value, { ttlMs: TTL_MS, tags: [key] }),
      getMany: async (keys) => {
        const found = await cache.getMany<Product>(keys);
        return keys.map((key) => found.get(key)?.value);
      },
      invalidateTag: (key) => cache.invalidate({ tags: [key] }),
      close: () => cache.close().then(close),
    },
    {
      name: OUR_TIER,
      getOrSet: async (key, load) =>
        ((await tier.read(key))?.value as Product | undefined) ?? getOrSet(key, load),
      close: async () => undefined,
    },
  ];
}

function ioredis(url: string): Cache {
  const redis = new Redis(url);
  const name = (key: string) => `plain:${key}`;
  const set = (key: string, value: Product) => redis.set(name(key), JSON.stringify(value), 'PX', TTL_MS);
  return {
    name: IOREDIS,
    getOrSet: async (key, load) => {
      const text = await redis.get(name(key));
      if (text !== null) return JSON.parse(text) as Product;
      const value = await load();
      await set(key, value);
      return value;
    },
    set,
    getMany: async (keys) =>
      (await redis.mget(keys.map(name))).map((text) =>
        text === null ? undefined : (JSON.parse(text) as Product),
      ),
    close: async () => redis.disconnect(),
  };
}

function bentocache(url: string): Cache {
  const bento = bentoOver(url);
  return {
    name: BENTOCACHE,
    getOrSet: (key, load) => bento.getOrSet({ key, ttl: TTL_MS, factory: load }),
    set: (key, value) => bento.set({ key, value, ttl: TTL_MS }),
    close: () => bento.disconnectAll(),
  };
}

/** Several caches share one Redis. */
const storeOf = (url: string, namespace: string) => new Keyv({ store: new KeyvRedis(url), namespace });

function cacheable(url: string): Cache {
  const cache = new Cacheable({ primary: storeOf(url, CACHEABLE) });
  return {
    name: CACHEABLE,
    getOrSet: (key, load) => cache.getOrSet(key, load, { ttl: TTL_MS }),
    set: (key, value) => cache.set(key, value, TTL_MS),
    getMany: (keys) => cache.getMany<Product>([...keys]),
    close: () => cache.disconnect(),
  };
}

function cacheManager(url: string): Cache {
  const cache = createCache({ stores: [storeOf(url, CACHE_MANAGER)] });
  return {
    name: CACHE_MANAGER,
    getOrSet: (key, load) => cache.wrap(key, load, TTL_MS),
    set: (key, value) => cache.set(key, value, TTL_MS),
    getMany: (keys) => cache.mget<Product>([...keys]),
    close: () => cache.disconnect(),
  };
}

/** The peers with tags. Theirs cost extra, so they are measured only where they are needed. */
export function peersWithTags(url: string): TaggedCache[] {
  const bento = bentoOver(url);
  const tagged = new Cacheable({ primary: storeOf(url, 'tagged'), tags: true });
  return [
    {
      name: BENTOCACHE,
      getOrSet: (key, load) => bento.getOrSet({ key, ttl: TTL_MS, factory: load, tags: [key] }),
      invalidateTag: (key) => bento.deleteByTag({ tags: [key] }),
      close: () => bento.disconnectAll(),
    },
    {
      name: CACHEABLE,
      getOrSet: async (key, load) => {
        const found = await tagged.get<Product>(key);
        if (found !== undefined) return found;
        const value = await load();
        await tagged.set(key, value, { ttl: TTL_MS, tags: [key] });
        return value;
      },
      invalidateTag: (key) => tagged.tags.invalidateTag(key),
      close: () => tagged.disconnect(),
    },
  ];
}

function bentoOver(url: string) {
  return new BentoCache({
    default: 'redis',
    stores: { redis: bentostore().useL2Layer(redisDriver({ connection: new Redis(url) })) },
  });
}
