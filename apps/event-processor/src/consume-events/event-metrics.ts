import { type ConsumerMetrics, type DeliveryOutcome, type LossReason } from '@groundwork/messaging';
import { Metrics } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';

/** Prometheus metrics of the events that this instance consumes. */
export class EventMetrics implements ConsumerMetrics {
  private readonly deliveries: Counter<'type' | 'outcome'>;
  private readonly restarts: Counter<'group'>;
  private readonly losses: Counter<'topic' | 'reason'>;
  private readonly missingOffsets: Counter<'topic' | 'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.deliveries = new Counter({
      name: 'event_deliveries_total',
      help: 'Deliveries of events, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.restarts = new Counter({
      name: 'event_consumer_restarts_total',
      help: 'Number of times a consumer had to rejoin its group',
      labelNames: ['group'],
      registers,
    });
    this.losses = new Counter({
      name: 'event_partition_losses_total',
      help: 'Number of times a partition did not hold the offset that its group had reached (restored, truncated, expired)',
      labelNames: ['topic', 'reason'],
      registers,
    });
    this.missingOffsets = new Counter({
      name: 'event_missing_offsets_total',
      help: 'Number of offsets that partitions no longer held',
      labelNames: ['topic', 'reason'],
      registers,
    });
  }

  delivered(type: string, outcome: DeliveryOutcome, events = 1): void {
    this.deliveries.inc({ type, outcome }, events);
  }

  restarted(group: string): void {
    this.restarts.inc({ group });
  }

  missing(topic: string, reason: LossReason, offsets: bigint): void {
    this.losses.inc({ topic, reason });
    this.missingOffsets.inc({ topic, reason }, Number(offsets));
  }
}

export const eventMetricsProvider: FactoryProvider<EventMetrics> = {
  provide: EventMetrics,
  inject: [Metrics],
  useFactory: (metrics: Metrics) => new EventMetrics(metrics.registry),
};
