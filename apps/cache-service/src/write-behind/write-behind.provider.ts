import { CacheManager, MemoryTier } from '@groundwork/caching';
import { type CollectionTable, PostgresWriteStore } from '@groundwork/caching/postgres';
import { connectRedisTier } from '@groundwork/caching/redis';
import { type Loss, type RefusedWrite, WriteBehind } from '@groundwork/caching/write-behind';
import { RedisWriteLog } from '@groundwork/caching/write-behind/redis';
import { RedisSemaphoreStore } from '@groundwork/resilience/redis';
import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { Pool } from 'pg';
import { CONFIG, type CacheServiceConfig } from '../config.ts';
import { SCHEMA } from '../storage/schema.ts';

const NAME = 'cache-service';
const STATEMENT_LIMIT_MS = 5_000;
/** The shutdown of the service allows more than this for its phase `flush`. */
const DRAIN_MS = 5_000;

/** Collection → its table. */
const TABLES = {
  'product-views': {
    ...{ kind: 'counter', table: `${SCHEMA}.product_views`, keyColumn: 'sku', valueColumn: 'views' },
  },
  baskets: {
    ...{ kind: 'document', table: `${SCHEMA}.baskets`, keyColumn: 'customer_id', keyType: 'bigint' },
    ...{ valueColumn: 'basket', versionColumn: 'version' },
  },
} as const satisfies Record<string, CollectionTable>;

/**
 * The write-behind log of the service, and its flusher. The values have their own cache. The flusher invalidates it, so it works without
 * Kafka.
 */
export const writeBehindProvider: FactoryProvider<Promise<WriteBehind>> = {
  provide: WriteBehind,
  inject: [CONFIG, LOGGER, HealthRegistry, Shutdown],
  useFactory: async (
    config: CacheServiceConfig,
    logger: Logger,
    health: HealthRegistry,
    shutdown: Shutdown,
  ) => {
    const log = new RedisWriteLog({ url: config.REDIS_LOG_URL, name: NAME });
    const leases = new RedisSemaphoreStore({ url: config.REDIS_LOG_URL, commandTimeoutMs: 1_000 });
    const tier = await connectRedisTier({ url: config.REDIS_CACHE_URL, namespace: 'written-behind' });
    const { tier: shared, journal } = tier;
    const cache = new CacheManager({ memory: new MemoryTier({ maxBytes: 8 * 2 ** 20 }), shared, journal });
    const pool = openPool(config, logger);
    const behind = new WriteBehind({
      ...{ name: NAME, log, leases, cache },
      store: new PostgresWriteStore({
        ...{ pool, log: NAME, tables: TABLES, schema: SCHEMA, statementLimitMs: STATEMENT_LIMIT_MS },
      }),
      ...reports(logger),
    });
    health.readiness('write-behind-log', () => log.ping(), { critical: false });
    shutdown.on('flush', 'write-behind', () => behind.close({ drainMs: DRAIN_MS }));
    shutdown.on('close-pools', 'write-behind', async () => {
      await cache.close();
      tier.close();
      log.close();
      await Promise.all([leases.close(), pool.end()]);
    });
    behind.start();
    return behind;
  },
};

function openPool(config: CacheServiceConfig, logger: Logger): Pool {
  const pool = new Pool({
    connectionString: config.DATABASE_URL,
    application_name: 'cache-service write-behind',
    max: 4,
    connectionTimeoutMillis: 2_000,
    // The server's limits fire first. The client's limit covers a server that no longer responds.
    query_timeout: STATEMENT_LIMIT_MS + 1_000,
  });
  pool.on('error', (error) =>
    logger.warn(
      { err: error },
      'an idle connection of write-behind was lost; the pool opens a new one when needed',
    ),
  );
  return pool;
}

function reports(logger: Logger) {
  return {
    onError: (error: unknown, retryInMs: number) =>
      logger.warn(
        { err: error, retryInMs },
        'acknowledged writes could not be applied; they stay in the log, retrying',
      ),
    onRefused: ({ entry, error }: RefusedWrite) =>
      logger.error(
        { err: error, position: entry.position, collection: entry.collection, key: entry.key },
        `the database refuses a write; it is set aside in ${SCHEMA}.write_behind_refused`,
      ),
    onLoss: (loss: Loss) =>
      logger.error(
        loss,
        'acknowledged writes are lost: a server came back with an older state; restore it from a newer backup',
      ),
  };
}
