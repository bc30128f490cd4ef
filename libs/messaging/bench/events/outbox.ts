import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { Pool } from 'pg';
import { type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { type EventProducer } from '../../src/kafka/event-producer.ts';
import { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { KafkaEventProducer } from '../../src/kafka/kafka-event-producer.ts';
import {
  MESSAGING_TABLES_SQL,
  OUTBOX_HEADERS_SQL,
  OUTBOX_REFUSALS_SQL,
} from '../../src/sql/messaging-tables.ts';
import { measureLatencies, type Percentiles, type Writing } from './latencies.ts';

const PARTITIONS = 8;

/** A database with an outbox, and a topic for each way to publish events. */
export interface Outbox {
  readonly kafka: TestKafka;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly producer: EventProducer;
  readonly ours: EventType<Numbered>;
  readonly bare: EventType<Numbered>;
  /** Records that this number of events was published on the topic. */
  count(topic: string, events: number): void;
  /** Measures the time from the commit of events to their acknowledgement by the broker. */
  latencies(writing: Writing): Promise<Percentiles>;
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openOutbox(databaseUrl: string, kafka: TestKafka): Promise<Outbox> {
  const pool = new Pool({ connectionString: databaseUrl, max: 5 });
  await pool.query(MESSAGING_TABLES_SQL.up + OUTBOX_HEADERS_SQL.up + OUTBOX_REFUSALS_SQL.up);
  const [ours, bare] = [numberedOn('ours'), numberedOn('bare')];
  for (const { topic } of [ours, bare]) await kafka.createTopic(topic, PARTITIONS);
  const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'bench', logger: SILENT });
  const published = new Map<string, number>();
  const count = (topic: string, events: number) =>
    void published.set(topic, (published.get(topic) ?? 0) + events);
  return {
    ...{ kafka, databaseUrl, pool, producer, ours, bare, count },
    async latencies(writing) {
      const measured = await measureLatencies({ databaseUrl, pool, producer, type: ours }, writing);
      count(ours.topic, writing.events * writing.transactions);
      return measured;
    },
    faults: () => faultsOf(kafka, published),
    async close() {
      await producer.close();
      await pool.end();
    },
  };
}

/** Compares the number of published events with the number of events on each topic. */
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
