import {
  ConsumerAdmin,
  KafkaGroups,
  PostgresConsumerPauses,
  prometheusConsumers,
} from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';

/** Stores the pauses in the database of the effects: while it is unavailable, no event can be handled in any case. */
const pausesProvider: FactoryProvider<PostgresConsumerPauses> = {
  provide: PostgresConsumerPauses,
  inject: [DataSource],
  useFactory: (database: DataSource) => new PostgresConsumerPauses(database),
};

const adminProvider: FactoryProvider<ConsumerAdmin> = {
  provide: ConsumerAdmin,
  inject: [CONFIG, PostgresConsumerPauses, LOGGER, Metrics, Shutdown],
  useFactory(
    config: EventProcessorConfig,
    pauses: PostgresConsumerPauses,
    logger: Logger,
    metrics: Metrics,
    shutdown: Shutdown,
  ) {
    const kafka = new KafkaGroups({
      brokers: config.KAFKA_BROKERS,
      clientId: `event-processor-admin-${config.INSTANCE_ID}`,
      logger,
    });
    shutdown.on('close-pools', 'consumer groups', () => kafka.close());
    const admin = new ConsumerAdmin({ kafka, pauses, logger });
    prometheusConsumers(metrics.registry, admin);
    return admin;
  },
};

export const consumerAdminProviders: Provider[] = [pausesProvider, adminProvider];
