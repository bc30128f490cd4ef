import { Counter, type Registry } from 'prom-client';
import { type ConsumerMetrics } from './consumer-metrics.ts';

/**
 * Exports the deliveries, restarts and losses of consumers to Prometheus, under the same names in every service. Call it once
 * for each registry: all consumers of a process share the result.
 */
export function prometheusConsumerMetrics(registry: Registry): ConsumerMetrics {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'event_deliveries_total',
    help: 'Deliveries of events, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const restarts = new Counter({
    name: 'event_consumer_restarts_total',
    help: 'Number of times a consumer had to rejoin its group',
    labelNames: ['group'],
    registers,
  });
  const losses = new Counter({
    name: 'event_partition_losses_total',
    help: 'Number of times a partition did not hold the offset that its group had reached (restored, truncated, expired)',
    labelNames: ['topic', 'reason'],
    registers,
  });
  const missingOffsets = new Counter({
    name: 'event_missing_offsets_total',
    help: 'Number of offsets that partitions no longer held',
    labelNames: ['topic', 'reason'],
    registers,
  });
  return {
    delivered: (type, outcome, events = 1) => deliveries.inc({ type, outcome }, events),
    restarted: (group) => restarts.inc({ group }),
    missing: (topic, reason, offsets) => {
      losses.inc({ topic, reason });
      missingOffsets.inc({ topic, reason }, Number(offsets));
    },
  };
}
