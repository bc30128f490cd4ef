import { type RelayMetrics } from '@groundwork/messaging';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The relays' work as Prometheus counts it. */
export function relayMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'outbox_events_published_total',
    help: 'Events that the broker has acknowledged',
    labelNames: ['relay'],
    registers,
  });
  const age = new Histogram({
    name: 'outbox_oldest_event_age_seconds',
    help: 'How long the oldest event of a published batch had waited',
    labelNames: ['relay'],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30, 120],
    registers,
  });
  const leads = new Gauge({
    name: 'outbox_relay_leads',
    help: '1 while this instance runs the active relay of the database',
    labelNames: ['relay'],
    registers,
  });
  return {
    published: (relay, count, oldestAgeMs) => {
      events.inc({ relay }, count);
      age.observe({ relay }, oldestAgeMs / 1_000);
    },
    leads: (relay, isLeading) => leads.set({ relay }, isLeading ? 1 : 0),
  };
}
