import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { prometheusConsumerMetrics } from './prometheus-consumer-metrics.ts';

describe('the Prometheus metrics of consumers', () => {
  it('count deliveries, restarts, and how many offsets were lost how often', async () => {
    const registry = new Registry();
    const metrics = prometheusConsumerMetrics(registry);
    metrics.delivered('order.placed', 'processed');
    metrics.delivered('order.placed', 'processed', 31);
    metrics.delivered('order.placed', 'dead-lettered');
    metrics.restarted('orders');
    metrics.missing('orders.events', 'truncated', 40n);
    metrics.missing('orders.events', 'truncated', 2n);
    const lines = (await registry.metrics()).split('\n').filter((line) => /^event_/.test(line));
    expect(lines).toEqual([
      'event_deliveries_total{type="order.placed",outcome="processed"} 32',
      'event_deliveries_total{type="order.placed",outcome="dead-lettered"} 1',
      'event_consumer_restarts_total{group="orders"} 1',
      'event_partition_losses_total{topic="orders.events",reason="truncated"} 2',
      'event_missing_offsets_total{topic="orders.events",reason="truncated"} 42',
    ]);
  });
});
