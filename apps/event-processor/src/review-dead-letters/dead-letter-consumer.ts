import { RetryPolicy } from '@groundwork/dlq';
import {
  ConsumerAdmin,
  type ConsumerMetrics,
  KafkaStrategy,
  PostgresConsumerPauses,
} from '@groundwork/messaging';
import { HealthRegistry, LOGGER, type Logger } from '@groundwork/service-kit';
import { type INestApplicationContext } from '@nestjs/common';
import { CONFIG, type EventProcessorConfig } from '../config.ts';
import { CONSUMER_METRICS } from '../consume-events/consumer-metrics.provider.ts';
import { inEventContext } from '../consume-events/in-event-context.ts';
import { DEAD_LETTERS } from '../consume-events/transports.ts';
import { DeadLetterStore } from './store-dead-letters/dead-letter-store.ts';

/**
 * The consumer of dead letters loses none: it retries until each one is stored. An invalid message on the topic (for example
 * from another producer) becomes a dead letter about itself, which is stored directly in the table and not published to the
 * topic again.
 */
export function deadLetterConsumer(app: INestApplicationContext): KafkaStrategy {
  const config = app.get<EventProcessorConfig>(CONFIG);
  const health = app.get(HealthRegistry);
  const strategy = new KafkaStrategy({
    brokers: config.KAFKA_BROKERS,
    groupId: 'dead-letter-review',
    clientId: `dead-letter-review-${config.INSTANCE_ID}`,
    logger: app.get<Logger>(LOGGER),
    metrics: app.get<ConsumerMetrics>(CONSUMER_METRICS),
    transportId: DEAD_LETTERS,
    retryPolicy: new RetryPolicy({ attempts: Infinity }),
    deadLetters: app.get(DeadLetterStore),
    pauses: app.get(PostgresConsumerPauses),
    around: inEventContext,
  });
  app.get(ConsumerAdmin).serve(strategy);
  health.readiness('dead-letters', () => strategy.expectMember(), { critical: false });
  health.liveness('dead-letters', () => strategy.expectProgress());
  return strategy;
}
