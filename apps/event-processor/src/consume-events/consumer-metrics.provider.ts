import { prometheusConsumerMetrics } from '@groundwork/messaging';
import { Metrics } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';

/** The metrics that both consumers of this process share (`ConsumerMetrics`). */
export const CONSUMER_METRICS = Symbol('the metrics of the consumers');

export const consumerMetricsProvider: FactoryProvider = {
  provide: CONSUMER_METRICS,
  inject: [Metrics],
  useFactory: (metrics: Metrics) => prometheusConsumerMetrics(metrics.registry),
};
