import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { Registry } from 'prom-client';
import { SILENT } from '../../test/silent-logger.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { type EventProducer } from '../kafka/event-producer.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { prometheusRelayMetrics } from './prometheus-relay-metrics.ts';

const AN_HOUR_S = 3_600;

describe('relay metrics', () => {
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let relays: OutboxRelay[];

  beforeEach(async () => {
    database = await openMessagingDatabase();
    relays = [];
  });

  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await database.drop();
  });

  const run = (producer: EventProducer, only = 'true') => {
    const registry = new Registry();
    const relay = new OutboxRelay({
      name: 'shard-1',
      databaseUrl: database.url,
      producer,
      source: '/test',
      logger: SILENT,
      metrics: prometheusRelayMetrics(registry),
      only,
      pollMs: 20,
      measureMs: 20,
    });
    relays.push(relay);
    relay.start();
    return {
      relay,
      async value(name: string): Promise<number | undefined> {
        const { values } = await registry.getSingleMetric(name)!.get();
        return values.find(({ labels }) => labels['relay'] === 'shard-1')?.value;
      },
    };
  };
  const appendOfAnHourAgo = (slot: number) =>
    database.pool.query(
      `insert into outbox (event_id, slot, topic, key, type, data, occurred_at)
       values (gen_random_uuid(), $1, 'topic', 'key', 'type', '{}', clock_timestamp() - interval '1 hour')`,
      [slot],
    );
  const broker = (isAway: () => boolean): EventProducer => ({
    publish: () => (isAway() ? Promise.reject(new Error('no broker')) : Promise.resolve()),
    close: () => Promise.resolve(),
  });

  it('report the waiting rows while nothing is published, and zero afterwards', async () => {
    let away = true;
    await appendOfAnHourAgo(1);
    await appendOfAnHourAgo(1);
    const { value } = run(broker(() => away));
    await eventually(async () => (await value('outbox_waiting_rows')) === 2);
    expect(await value('outbox_oldest_age_seconds')).toBeGreaterThanOrEqual(AN_HOUR_S);
    expect(await value('outbox_published_total')).toBeUndefined();
    away = false;
    await eventually(async () => (await value('outbox_waiting_rows')) === 0);
    expect(await value('outbox_oldest_age_seconds')).toBe(0);
    expect(await value('outbox_published_total')).toBe(2);
  });

  it('report the waiting rows from a standby relay, because the active one may stand still', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = run({ publish: () => held, close: () => Promise.resolve() });
    await eventually(() => first.relay.isActive);
    const second = run(broker(() => false));
    await appendOfAnHourAgo(1);
    await eventually(async () => (await second.value('outbox_waiting_rows')) === 1);
    expect(second.relay.isActive).toBe(false);
    expect(await second.value('outbox_relay_active')).toBeUndefined();
    release();
  });

  it('exclude the rows that another relay publishes', async () => {
    await appendOfAnHourAgo(1);
    await appendOfAnHourAgo(2);
    const { value } = run(
      broker(() => true),
      'slot = 2',
    );
    await eventually(async () => (await value('outbox_waiting_rows')) === 1);
  });
});
