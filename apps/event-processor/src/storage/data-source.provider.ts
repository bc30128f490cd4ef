import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';
import { dropUnansweredConnections } from './drop-unanswered-connections.ts';
import { eventsDataSource } from './events-data-source.ts';

/**
 * The connection pool that all handlers share. 16 partitions could run 256 handlers at once; handlers that wait for a
 * connection cost less than a hundred connections of each replica.
 */
const POOL_SIZE = 20;
const STATEMENT_TIMEOUT_MS = 15_000;
/**
 * A process that is frozen in a transaction holds the claims of its partitions. This is shorter than the session of a group
 * member (10 s), so the transaction has ended before another member claims the partitions.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

export const dataSourceProvider: FactoryProvider<DataSource> = {
  provide: DataSource,
  inject: [CONFIG, LOGGER, HealthRegistry, Shutdown],
  async useFactory(config: EventProcessorConfig, logger: Logger, health: HealthRegistry, shutdown: Shutdown) {
    const dataSource = eventsDataSource({
      url: config.DATABASE_URL,
      poolSize: POOL_SIZE,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
      onIdleConnectionLost: (err) =>
        logger.warn({ err }, 'an idle database connection was lost; the pool opens a new one when needed'),
    });
    await dataSource.initialize();
    dropUnansweredConnections(dataSource);
    health.readiness('database', async () => {
      await dataSource.query('select 1');
    });
    shutdown.on('close-pools', 'database', () => dataSource.destroy());
    return dataSource;
  },
};
