import { commonEnvironment, kafkaBrokers, postgresUrl, redisUrl } from '@groundwork/service-kit';
import { z } from 'zod';

export const environment = z.object({
  ...commonEnvironment,
  /** The events database. Its `read_model` views are read, and the tables of the schema `cache_service` are written. */
  DATABASE_URL: postgresUrl,
  /** L2. This Redis may evict and may be down. */
  REDIS_CACHE_URL: redisUrl,
  /** The write-behind log. This Redis syncs every write before it answers. */
  REDIS_LOG_URL: redisUrl,
  KAFKA_BROKERS: kafkaBrokers,
});

export type CacheServiceConfig = Readonly<z.output<typeof environment>>;

/** The injection token of the configuration. */
export const CONFIG = Symbol('cache-service configuration');
