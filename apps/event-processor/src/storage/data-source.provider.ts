import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';
import { dropUnansweredConnections } from './drop-unanswered-connections.ts';
import { eventsDataSource } from './events-data-source.ts';

/**
 * The service's pool. Handlers share it: 16 partitions could run 256 of them at once, and what waits for a connection
 * costs less than a hundred connections of each replica would.
 */
const POOL_SIZE = 20;
const STATEMENT_TIMEOUT_MS = 15_000;
/**
 * A process that is frozen in a transaction keeps the claims of the partitions it writes for. Shorter than a member's session
 * (10 s): when another one claims them, that transaction has ended.
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
      onIdleConnectionLost: (err) => logger.warn({ err }, 'an idle database connection was lost'),
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
