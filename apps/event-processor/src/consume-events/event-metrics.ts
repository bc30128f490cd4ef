import { type ConsumerMetrics, type DeliveryOutcome, type LossReason } from '@groundwork/messaging';
import { Metrics } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';

/** What this instance consumes, as Prometheus counts it. */
export class EventMetrics implements ConsumerMetrics {
  private readonly deliveries: Counter<'type' | 'outcome'>;
  private readonly restarts: Counter<'group'>;
  private readonly losses: Counter<'topic' | 'reason'>;
  private readonly missingOffsets: Counter<'topic' | 'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.deliveries = new Counter({
      name: 'event_deliveries_total',
      help: 'Deliveries of events, by how they ended',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.restarts = new Counter({
      name: 'event_consumer_restarts_total',
      help: 'How often a consumer had to join its group anew',
      labelNames: ['group'],
      registers,
    });
    this.losses = new Counter({
      name: 'event_partition_losses_total',
      help: 'How often a partition did not hold what its group had reached (restored, truncated, expired)',
      labelNames: ['topic', 'reason'],
      registers,
    });
    this.missingOffsets = new Counter({
      name: 'event_missing_offsets_total',
      help: 'Offsets that partitions did not hold any more',
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
