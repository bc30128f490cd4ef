import { randomUUID } from 'node:crypto';
import {
  ConsumerAdmin,
  KafkaStrategy,
  PostgresConsumerPauses,
  prometheusConsumerMetrics,
} from '@groundwork/messaging';
import {
  continueTrace,
  HealthRegistry,
  LOGGER,
  type Logger,
  Metrics,
  runInContext,
} from '@groundwork/service-kit';
import { type INestApplicationContext } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';

/** Consumes the settlements of orders. Without Kafka the service still places and shows orders, so it is only degraded. */
export function settlementConsumer(app: INestApplicationContext): KafkaStrategy {
  const config = app.get<OrderServiceConfig>(CONFIG);
  const strategy = new KafkaStrategy({
    brokers: config.KAFKA_BROKERS,
    groupId: 'order-service',
    clientId: 'order-service',
    logger: app.get<Logger>(LOGGER),
    metrics: prometheusConsumerMetrics(app.get(Metrics).registry),
    retries: { delays: config.RETRY_DELAYS },
    pauses: app.get(PostgresConsumerPauses),
    around: ({ headers }, handle) =>
      runInContext({ requestId: randomUUID(), traceparent: continueTrace(headers['traceparent']) }, handle),
  });
  app.get(ConsumerAdmin).serve(strategy);
  const health = app.get(HealthRegistry);
  health.readiness('settlement consumer', () => strategy.expectMember(), { critical: false });
  health.liveness('settlement consumer', () => strategy.expectProgress());
  return strategy;
}
