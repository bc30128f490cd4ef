import { CacheManager } from '@groundwork/caching';
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
  const cache = app.get(CacheManager);
  return new KafkaStrategy({
    brokers: config.KAFKA_BROKERS,
    groupId: `cache-service.${app.get(Heartbeat).process}`,
    clientId: `cache-service.${config.INSTANCE_ID}`,
    fromBeginning: false,
    logger,
    // An invalidation that nobody can read may be about anything, and every process gets it: instead of a dead letter
    // from each of them, each forgets everything.
    deadLetters: {
      put: async ({ id, error }) => {
        logger.error({ id, error }, 'an unreadable invalidation: everything is forgotten');
        await cache.invalidate({ everything: true, once: id });
      },
      close: () => Promise.resolve(),
    },
  });
}
