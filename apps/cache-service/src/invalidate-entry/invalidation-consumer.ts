import { KafkaStrategy, prometheusConsumerMetrics } from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics } from '@groundwork/service-kit';
import { type INestApplicationContext } from '@nestjs/common';
import { type CustomTransportStrategy } from '@nestjs/microservices';
import { CONFIG, type CacheServiceConfig } from '../config.ts';
import { Heartbeat } from './heartbeat.ts';

/**
 * The consumer of invalidations. Each start of a process creates its own consumer group, which reads from the end of the
 * topic: every process must receive every invalidation. A new process has an empty L1 and does not trust L2 (see Hearing),
 * so it needs no older invalidations. Kafka removes the groups of ended processes after its offset retention.
 */
export function invalidationConsumer(app: INestApplicationContext): CustomTransportStrategy {
  const config = app.get<CacheServiceConfig>(CONFIG);
  const logger = app.get<Logger>(LOGGER);
  return new KafkaStrategy({
    brokers: config.KAFKA_BROKERS,
    groupId: `cache-service.${app.get(Heartbeat).process}`,
    clientId: `cache-service.${config.INSTANCE_ID}`,
    fromBeginning: false,
    logger,
    metrics: prometheusConsumerMetrics(app.get(Metrics).registry),
    // Every process receives an unreadable invalidation, and a dead letter from each would be useless. The message is not
    // recorded as received, so each process detects a gap and clears its tiers (Continuity).
    deadLetters: {
      put: async ({ id, error }) =>
        logger.error({ id, error }, 'an invalidation cannot be read; this process clears its cache'),
      close: () => Promise.resolve(),
    },
  });
}
