import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type RelayMetrics } from './relay-metrics.ts';

/** Exports the work of the relays to Prometheus, under the same names in every service that has an outbox. */
export function prometheusRelayMetrics(registry: Registry): RelayMetrics {
  const shared = { labelNames: ['relay'] as const, registers: [registry] };
  const published = new Counter({
    ...shared,
    name: 'outbox_published_total',
    help: 'Events that the broker has acknowledged',
  });
  const delay = new Histogram({
    ...shared,
    name: 'outbox_publish_delay_seconds',
    help: 'How long the oldest event of a published batch had waited',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30, 120],
  });
  const rows = new Gauge({
    ...shared,
    name: 'outbox_waiting_rows',
    help: 'Events that wait to be published, counted up to 100,000; every instance reports the same value',
  });
  const age = new Gauge({
    ...shared,
    name: 'outbox_oldest_age_seconds',
    help: 'How long the oldest waiting event has waited; 0 when none waits',
  });
  const refused = new Gauge({
    ...shared,
    name: 'outbox_refused_rows',
    help: 'Events that the broker rejected and that wait for an operator; every instance reports the same value',
  });
  const active = new Gauge({
    ...shared,
    name: 'outbox_relay_active',
    help: '1 while this instance runs the active relay of the database',
  });
  return {
    published: (relay, events, oldestAgeMs) => {
      published.inc({ relay }, events);
      delay.observe({ relay }, oldestAgeMs / 1_000);
    },
    waiting: (relay, lag) => {
      rows.set({ relay }, lag.rows);
      refused.set({ relay }, lag.refusedRows);
      age.set({ relay }, lag.oldestAgeMs / 1_000);
    },
    leads: (relay, leads) => active.set({ relay }, leads ? 1 : 0),
  };
}
