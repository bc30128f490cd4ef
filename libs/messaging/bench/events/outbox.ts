import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { Pool } from 'pg';
import { type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { transactionsOf } from '../../test/test-database.ts';
import { type EventProducer } from '../../src/kafka/event-producer.ts';
import { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { KafkaEventProducer } from '../../src/kafka/kafka-event-producer.ts';
import { appendToOutbox } from '../../src/outbox/append-to-outbox.ts';
import { OutboxRelay } from '../../src/outbox/outbox-relay.ts';
import { MESSAGING_TABLES_SQL, OUTBOX_HEADERS_SQL } from '../../src/sql/messaging-tables.ts';
import { pause } from '../../src/time/pause.ts';

const PARTITIONS = 8;
const GAP_MS = 20;

/** A database with an outbox, and a topic for each way of getting its events to the broker. */
export interface Outbox {
  readonly kafka: TestKafka;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly producer: EventProducer;
  readonly ours: EventType<Numbered>;
  readonly bare: EventType<Numbered>;
  /** Notes that so many events were published on the topic. */
  count(topic: string, events: number): void;
  /** From the commit of an event that is written alone to its acknowledgement by the broker. */
  latencies(events: number): Promise<{ p50Ms: number; p99Ms: number }>;
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openOutbox(databaseUrl: string, kafka: TestKafka): Promise<Outbox> {
  const pool = new Pool({ connectionString: databaseUrl, max: 5 });
  await pool.query(MESSAGING_TABLES_SQL.up + OUTBOX_HEADERS_SQL.up);
  const [ours, bare] = [numberedOn('ours'), numberedOn('bare')];
  for (const { topic } of [ours, bare]) await kafka.createTopic(topic, PARTITIONS);
  const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'bench', logger: SILENT });
  const published = new Map<string, number>();
  const count = (topic: string, events: number) =>
    void published.set(topic, (published.get(topic) ?? 0) + events);
  return {
    ...{ kafka, databaseUrl, pool, producer, ours, bare, count },
    async latencies(events) {
      const measured = await measureLatencies({ databaseUrl, pool, producer, type: ours, events });
      count(ours.topic, events);
      return measured;
    },
    faults: () => faultsOf(kafka, published),
    async close() {
      await producer.close();
      await pool.end();
    },
  };
}

interface Latencies {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly producer: EventProducer;
  readonly type: EventType<Numbered>;
  readonly events: number;
}

async function measureLatencies({ databaseUrl, pool, producer, type, events }: Latencies) {
  const acknowledgedAt = new Map<string, number>();
  const noting: EventProducer = {
    async publish(messages) {
      await producer.publish(messages);
      for (const { key } of messages) acknowledgedAt.set(String(key), performance.now());
    },
    close: () => Promise.resolve(),
  };
  const relay = relayOf(databaseUrl, noting);
  relay.start();
  while (!relay.isActive) await pause(10);
  const committedAt = new Map<string, number>();
  for (let number = 0; number < events; number += 1) {
    const key = `event-${number}`;
    await transactionsOf(pool).transaction((session) =>
      appendToOutbox(session, [{ type, key, slot: number % 4_096, data: { number } }]),
    );
    committedAt.set(key, performance.now());
    await pause(GAP_MS);
  }
  while (acknowledgedAt.size < events) await pause(10);
  await relay.stop();
  const sorted = [...committedAt]
    .map(([key, at]) => (acknowledgedAt.get(key) as number) - at)
    .sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function relayOf(
  databaseUrl: string,
  producer: EventProducer,
  metrics?: ConstructorParameters<typeof OutboxRelay>[0]['metrics'],
): OutboxRelay {
  return new OutboxRelay({
    ...{ name: 'relay', source: '/bench', logger: SILENT, databaseUrl, producer },
    ...(metrics !== undefined && { metrics }),
  });
}

/** What was published beside what lies on the topics. */
async function faultsOf(kafka: TestKafka, published: ReadonlyMap<string, number>): Promise<string[]> {
  const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'bench', logger: SILENT });
  const admin = client.kafka.admin();
  await admin.connect();
  const faults: string[] = [];
  for (const [topic, expected] of published) {
    const offsets = await admin.fetchTopicOffsets(topic);
    const found = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    if (found !== expected) faults.push(`${topic}: ${found} events on the topic, expected ${expected}`);
  }
  await admin.disconnect();
  client.destroy();
  return faults;
}
