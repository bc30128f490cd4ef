import { Keyv } from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache } from 'cache-manager';
import { Cacheable, CacheableMemory } from 'cacheable';
import { CacheManager, MemoryTier } from '../../../src/index.ts';
import { BENTOCACHE, type Cache, CACHE_MANAGER, CACHEABLE, OURS, type Product, TTL_MS } from './cache.ts';

/** Caches with one tier, in memory. */
export function inMemory(): Cache[] {
  const ours = new CacheManager({ memory: new MemoryTier() });
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxSize: '64mb', maxItems: 10_000 })) },
  });
  const cacheable = new Cacheable();
  const manager = createCache({ stores: [new Keyv({ store: new CacheableMemory({ lruSize: 10_000 }) })] });
  return [
    {
      name: OURS,
      getOrSet: async (key, load) =>
        (await ours.getOrSet<Product>(key, { ttlMs: TTL_MS, tags: [key], load })).value,
      close: () => ours.close(),
    },
    {
      name: BENTOCACHE,
      getOrSet: (key, load) => bento.getOrSet({ key, ttl: TTL_MS, factory: load }),
      close: () => bento.disconnectAll(),
    },
    {
      name: CACHEABLE,
      getOrSet: (key, load) => cacheable.getOrSet(key, load, { ttl: TTL_MS }),
      close: () => cacheable.disconnect(),
    },
    {
      name: CACHE_MANAGER,
      getOrSet: (key, load) => manager.wrap(key, load, TTL_MS),
      close: () => manager.disconnect(),
    },
  ];
}
