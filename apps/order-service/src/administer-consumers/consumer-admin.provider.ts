import {
  ConsumerAdmin,
  KafkaGroups,
  PostgresConsumerPauses,
  prometheusConsumers,
} from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider, type Provider } from '@nestjs/common';
import { type Pool } from 'pg';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';

/**
 * Stores pauses in the directory, which all instances share. An instance needs the directory to start. When the directory
 * goes down, a running instance continues with the pauses that it knows, as it does with the slots.
 */
const pausesProvider: FactoryProvider<PostgresConsumerPauses> = {
  provide: PostgresConsumerPauses,
  inject: [DIRECTORY_POOL],
  useFactory: (directory: Pool) =>
    new PostgresConsumerPauses({
      query: async <T>(sql: string, parameters?: unknown[]) =>
        (await directory.query(sql, parameters)).rows as T,
    }),
};

const adminProvider: FactoryProvider<ConsumerAdmin> = {
  provide: ConsumerAdmin,
  inject: [CONFIG, PostgresConsumerPauses, LOGGER, Metrics, Shutdown],
  useFactory(
    config: OrderServiceConfig,
    pauses: PostgresConsumerPauses,
    logger: Logger,
    metrics: Metrics,
    shutdown: Shutdown,
  ) {
    const kafka = new KafkaGroups({
      brokers: config.KAFKA_BROKERS,
      clientId: `order-service-admin-${config.INSTANCE_ID}`,
      logger,
    });
    shutdown.on('close-pools', 'consumer groups', () => kafka.close());
    const admin = new ConsumerAdmin({ kafka, pauses, logger });
    prometheusConsumers(metrics.registry, admin);
    return admin;
  },
};

export const consumerAdminProviders: Provider[] = [pausesProvider, adminProvider];
