import { CacheManager, MemoryTier } from '@groundwork/caching';
import { connectRedisTier } from '@groundwork/caching/redis';
import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { CONFIG, type CacheServiceConfig } from '../config.ts';

/**
 * The process's cache: its own memory over the Redis that all processes share. It starts deaf: until the consumer of
 * invalidations is in place, L2 is not trusted and L1 keeps entries for a second only (invalidate-entry/).
 *
 * Redis is no critical dependency: without it every answer is right, only more of them come from the source.
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
    const { tier, redis, close } = await connectRedisTier({
      url: config.REDIS_CACHE_URL,
      namespace: 'cache-service',
      onChange: (state, cause) =>
        state === 'available'
          ? logger.info({ tier: 'l2' }, 'Redis answers again: L2 is used')
          : logger.warn({ tier: 'l2', err: cause }, 'Redis does not answer: L2 is left out'),
    });
    health.readiness('redis-cache', async () => void (await redis.ping()), { critical: false });
    shutdown.on('close-pools', 'redis-cache', async () => close());
    return new CacheManager({ memory: new MemoryTier(), shared: tier, hearing: false });
  },
};
