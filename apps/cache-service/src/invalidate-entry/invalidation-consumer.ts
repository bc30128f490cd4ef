import { KafkaStrategy } from '@groundwork/messaging';
import { LOGGER, type Logger } from '@groundwork/service-kit';
import { type INestApplicationContext } from '@nestjs/common';
import { type CustomTransportStrategy } from '@nestjs/microservices';
import { CONFIG, type CacheServiceConfig } from '../config.ts';
import { Heartbeat } from './heartbeat.ts';

/**
 * The consumer of invalidations. Each start of a process is a group of its own, from the end of the topic on: every process
 * must hear every invalidation, and one that starts has an empty L1 and does not believe L2 (see Hearing), so there is
 * nothing that older ones could tell it. Kafka forgets the groups of processes that are gone after its offset retention.
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
    // Every process gets an unreadable invalidation; a dead letter from each would help nobody. The hole that it leaves in
    // what was heard makes each process begin anew with empty tiers (Continuity), whatever it was about.
    deadLetters: {
      put: async ({ id, error }) => logger.error({ id, error }, 'an invalidation cannot be read'),
      close: () => Promise.resolve(),
    },
  });
}
