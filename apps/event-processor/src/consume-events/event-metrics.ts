import { type ConsumerMetrics, type DeliveryOutcome, type RelayMetrics } from '@groundwork/messaging';
import { Metrics } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What this instance consumes and publishes, as Prometheus counts it. */
export class EventMetrics implements ConsumerMetrics, RelayMetrics {
  private readonly deliveries: Counter<'type' | 'outcome'>;
  private readonly restarts: Counter<'group'>;
  private readonly relayed: Counter<'relay'>;
  private readonly relayAge: Gauge<'relay'>;
  private readonly relayActive: Gauge<'relay'>;

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
    this.relayed = new Counter({
      name: 'outbox_published_total',
      help: 'Events published from the outbox',
      labelNames: ['relay'],
      registers,
    });
    this.relayAge = new Gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'How long the oldest event of the last batch had waited',
      labelNames: ['relay'],
      registers,
    });
    this.relayActive = new Gauge({
      name: 'outbox_relay_active',
      help: 'Whether this instance has the active relay',
      labelNames: ['relay'],
      registers,
    });
  }

  delivered(type: string, outcome: DeliveryOutcome, events = 1): void {
    this.deliveries.inc({ type, outcome }, events);
  }

  restarted(group: string): void {
    this.restarts.inc({ group });
  }

  published(relay: string, events: number, oldestAgeMs: number): void {
    this.relayed.inc({ relay }, events);
    this.relayAge.set({ relay }, oldestAgeMs / 1_000);
  }

  leads(relay: string, leads: boolean): void {
    this.relayActive.set({ relay }, leads ? 1 : 0);
  }
}

export const eventMetricsProvider: FactoryProvider<EventMetrics> = {
  provide: EventMetrics,
  inject: [Metrics],
  useFactory: (metrics: Metrics) => new EventMetrics(metrics.registry),
};
