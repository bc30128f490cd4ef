import { type EventType } from '@groundwork/contracts';
import { type Pool } from 'pg';
import { transactionsOf } from '@groundwork/testing';
import { type Numbered } from '../../test/numbered.ts';
import { type EventProducer } from '../../src/kafka/event-producer.ts';
import { appendToOutbox } from '../../src/outbox/append-to-outbox.ts';
import { pause } from '../../src/time/pause.ts';
import { relayOf } from './relay-of.ts';

/** The interval at which transactions start, whether or not earlier ones have ended. */
const EVERY_MS = 20;

export interface Writing {
  /** Number of events in each transaction. */
  readonly events: number;
  readonly transactions: number;
}

export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Latencies {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly producer: EventProducer;
  readonly type: EventType<Numbered>;
}

/** Measures the time from the commit of events to their acknowledgement by the broker. */
export async function measureLatencies(
  { databaseUrl, pool, producer, type }: Latencies,
  { events, transactions }: Writing,
): Promise<Percentiles> {
  const acknowledgedAt = new Map<string, number>();
  const noting: EventProducer = {
    async publish(messages) {
      await producer.publish(messages);
      const now = performance.now();
      for (const { key } of messages) acknowledgedAt.set(String(key), now);
    },
    close: () => Promise.resolve(),
  };
  const relay = relayOf(databaseUrl, noting);
  relay.start();
  while (!relay.isActive) await pause(10);
  const append = events === 1 ? appendOne : appendMany;
  const committedAt: number[] = [];
  const startedAt = performance.now();
  const commits: Promise<void>[] = [];
  for (let n = 0; n < transactions; n += 1) {
    await pause(Math.max(0, startedAt + n * EVERY_MS - performance.now()));
    commits.push(append(pool, type, n, events).then(() => void (committedAt[n] = performance.now())));
  }
  await Promise.all(commits);
  while (acknowledgedAt.size < events * transactions) await pause(10);
  await relay.stop();
  return percentilesOf(
    [...acknowledgedAt].map(([key, at]) => at - (committedAt[transactionOf(key)] as number)),
  );
}

/** Appends an event as a service does. */
function appendOne(pool: Pool, type: EventType<Numbered>, transaction: number): Promise<void> {
  const event = { type, key: `${transaction}#0`, slot: transaction % 4_096, data: { number: transaction } };
  return transactionsOf(pool).transaction((session) => appendToOutbox(session, [event]));
}

/** Creates the events in the database: creating thousands of events a second would slow down the relay's process. */
async function appendMany(
  pool: Pool,
  { topic, type }: EventType<Numbered>,
  transaction: number,
  events: number,
): Promise<void> {
  await pool.query(
    `with appended as (
       insert into outbox (event_id, slot, topic, key, type, data)
       select gen_random_uuid(), n % 4096, $1, $3 || '#' || n, $2, jsonb_build_object('number', n)
       from generate_series(0, $4::int - 1) as n returning 1
     )
     select pg_notify('outbox', '') from appended limit 1`,
    [topic, type, String(transaction), events],
  );
}

function transactionOf(key: string): number {
  return Number(key.split('#')[0]);
}

function percentilesOf(latencies: number[]): Percentiles {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
