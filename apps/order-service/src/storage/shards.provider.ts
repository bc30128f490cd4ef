import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { createShards, SHARDS, type Shards } from './shards.ts';

/** The shards with their place in health and shutdown. */
export const shardsProvider: Provider = {
  provide: SHARDS,
  inject: [CONFIG, LOGGER, HealthRegistry, Shutdown],
  useFactory: (config: OrderServiceConfig, logger: Logger, health: HealthRegistry, shutdown: Shutdown) => {
    const shards = createShards(config.SLOT_MAP, config.SHARD_URLS, {
      poolSize: config.SHARD_POOL_SIZE,
      connectTimeoutMs: config.SHARD_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: config.SHARD_STATEMENT_TIMEOUT_MS,
      onIdleConnectionLost: (error) => logger.warn({ err: error }, 'an idle connection to a shard is lost'),
    });
    registerHealth(shards, health);
    shutdown.on('close-pools', 'shards', async () => {
      await Promise.all(shards.all.map((shard) => shard.close()));
    });
    return shards;
  },
};

/** An instance with one shard left still serves that shard's customers: it is degraded. Only without any is it unready. */
function registerHealth(shards: Shards, health: HealthRegistry): void {
  for (const shard of shards.all) health.readiness(shard.name, () => shard.ping(), { critical: false });
  health.readiness('any shard', async () => {
    await Promise.any(shards.serving.map((shard) => shard.ping()));
  });
}
