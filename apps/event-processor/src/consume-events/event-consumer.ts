import {
  ConsumerAdmin,
  type ConsumerMetrics,
  KafkaStrategy,
  PostgresConsumerPauses,
  PostgresPartitionFence,
} from '@groundwork/messaging';
import { HealthRegistry, LOGGER, type Logger } from '@groundwork/service-kit';
import { type INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';
import { CONSUMER_METRICS } from './consumer-metrics.provider.ts';
import { inEventContext } from './in-event-context.ts';
import { SHOP_EVENTS } from './transports.ts';

/**
 * One group consumes orders and inventory. Two groups would cost a second set of connections and a second rebalance at every
 * start, and would isolate nothing: partitions already progress independently (a slow payment delays neither the reservation
 * of stock nor the payments of other partitions), and both need the same database.
 */
export function eventConsumer(app: INestApplicationContext): KafkaStrategy {
  const config = app.get<EventProcessorConfig>(CONFIG);
  const health = app.get(HealthRegistry);
  const strategy = new KafkaStrategy({
    brokers: config.KAFKA_BROKERS,
    groupId: 'event-processor',
    clientId: `event-processor-${config.INSTANCE_ID}`,
    logger: app.get<Logger>(LOGGER),
    metrics: app.get<ConsumerMetrics>(CONSUMER_METRICS),
    retries: { delays: config.RETRY_DELAYS },
    transportId: SHOP_EVENTS,
    fence: new PostgresPartitionFence(app.get(DataSource)),
    pauses: app.get(PostgresConsumerPauses),
    around: inEventContext,
  });
  app.get(ConsumerAdmin).serve(strategy);
  health.readiness('events', () => strategy.expectMember());
  health.liveness('events', () => strategy.expectProgress());
  return strategy;
}
