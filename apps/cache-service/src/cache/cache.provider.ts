import { CacheManager, MemoryTier } from '@groundwork/caching';
import { connectRedisTier } from '@groundwork/caching/redis';
import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { CONFIG, type CacheServiceConfig } from '../config.ts';
import { DEAF_TTL_MS } from '../http-caching/cache-control.ts';

/**
 * The cache of the process: its own memory in front of the Redis that all processes share. It starts deaf: until this
 * process receives invalidations, it does not trust L2, and L1 keeps entries for one second only (invalidate-entry/).
 *
 * Redis is not critical: while it is down every response is correct, but more of them come from the source.
 */
export const cacheProvider: FactoryProvider<Promise<CacheManager>> = {
  provide: CacheManager,
  inject: [CONFIG, LOGGER, HealthRegistry, Shutdown],
  useFactory: async (
    config: CacheServiceConfig,
    logger: Logger,
    health: HealthRegistry,
    shutdown: Shutdown,
  ) => {
    const { tier, journal, redis, close } = await connectRedisTier({
      url: config.REDIS_CACHE_URL,
      namespace: 'cache-service',
      onChange: (state, cause) =>
        state === 'available'
          ? logger.info({ tier: 'l2' }, 'Redis responds again; the cache uses L2')
          : logger.warn({ tier: 'l2', err: cause }, 'Redis does not respond; the cache bypasses L2'),
    });
    health.readiness('redis-cache', async () => void (await redis.ping()), { critical: false });
    shutdown.on('close-pools', 'redis-cache', async () => close());
    const cache = new CacheManager({
      ...{ memory: new MemoryTier(), shared: tier, journal, hearing: false, deafTtlMs: DEAF_TTL_MS },
      onTrustChange: (state, cause) =>
        state === 'trusted'
          ? logger.info({ tier: 'l1' }, 'the journal of invalidations responds; the cache uses L1')
          : logger.warn(
              { tier: 'l1', err: cause },
              'the journal of invalidations does not respond; the cache bypasses L1',
            ),
    });
    shutdown.on('flush', 'cache', () => cache.close());
    return cache;
  },
};
