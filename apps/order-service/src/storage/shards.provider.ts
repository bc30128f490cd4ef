import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { SlotLoad } from '@groundwork/sharding';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { shardDataSource } from './shard-data-source.ts';
import { Shard } from './shard.ts';
import { SHARDS, Shards } from './shards.ts';

/** Provides the shards and registers them for health checks and shutdown. */
export const shardsProvider: Provider = {
  provide: SHARDS,
  inject: [CONFIG, SlotDirectory, SlotLoad, LOGGER, HealthRegistry, Shutdown],
  useFactory: (
    config: OrderServiceConfig,
    directory: SlotDirectory,
    load: SlotLoad,
    logger: Logger,
    health: HealthRegistry,
    shutdown: Shutdown,
  ) => {
    const options = {
      poolSize: config.SHARD_POOL_SIZE,
      connectTimeoutMs: config.SHARD_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: config.SHARD_STATEMENT_TIMEOUT_MS,
      onIdleConnectionLost: (error: unknown) =>
        logger.warn({ err: error }, 'an idle connection to a shard was lost; the pool replaces it'),
    };
    const create = (name: string, url: string) => {
      const shard = new Shard(name, () => shardDataSource({ ...options, url }));
      // An instance without this shard still serves the customers of the others, so it is only degraded.
      health.readiness(name, () => shard.ping(), { critical: false });
      return shard;
    };
    const shards = new Shards(directory, create, load);
    health.readiness('any shard', async () => {
      await Promise.any(shards.serving.map((shard) => shard.ping()));
    });
    shutdown.on('close-pools', 'shards', async () => {
      await Promise.all(shards.all.map((shard) => shard.close()));
    });
    return shards;
  },
};
