import { createHash } from 'node:crypto';
import { RetrySchedule } from '@groundwork/dlq';
import { Pool } from 'pg';
import { KafkaStrategy } from '../src/consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../src/events/incoming-event.ts';
import { type EventBatch } from '../src/events/event-batch.ts';
import { PostgresPartitionFence } from '../src/fence/postgres-partition-fence.ts';
import { batchOnceInInbox } from '../src/inbox/batch-once-in-inbox.ts';
import { onceInInbox } from '../src/inbox/once-in-inbox.ts';
import { type SqlSession } from '../src/sql/sql-session.ts';
import { delaysOf } from './delays-of.ts';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';
import { transactionsOf } from '@groundwork/testing';

/**
 * Runs a member of a group as a process of its own, which the test can kill. It records each event of a key once, in the
 * order in which it handles them; one event in twenty fails one to three times before. Arguments: brokers, topic, group,
 * database, delays in ms, and the batch size (under claims of its partitions), if it is more than one.
 */
const [brokers = '', topic = '', groupId = '', databaseUrl = '', delays = '', batch = '1'] =
  process.argv.slice(2);
const type = numberedOn(topic);
const pool = new Pool({ connectionString: databaseUrl, max: 8 });
const transactions = transactionsOf(pool);
const schedule = new RetrySchedule(delaysOf(...delays.split(',').map(Number)));

function failuresOf({ key, data }: IncomingEvent<Numbered>): number {
  const [chance = 0, count = 0] = createHash('sha256').update(`${key}#${data.number}`).digest();
  return chance % 20 === 0 ? 1 + (count % 3) : 0;
}

const strategy = new KafkaStrategy({
  brokers: brokers.split(','),
  groupId,
  clientId: `member-${process.pid}`,
  logger: SILENT,
  eventTypes: [type],
  retries: { delays: schedule.delays },
  ...(Number(batch) > 1 && { fence: new PostgresPartitionFence(transactions) }),
});
const failWhileItShould = (event: IncomingEvent<Numbered>) => {
  if (Number(event.headers['retry-attempts'] ?? 0) < failuresOf(event)) throw new Error('not yet');
};
const note = async (session: SqlSession, events: readonly IncomingEvent<Numbered>[]) => {
  for (const { id, key, data } of events) {
    const values = [id, key, data.number];
    await session.query('insert into effects (event_id, key, number) values ($1, $2, $3)', values);
  }
};

async function countOne(event: IncomingEvent<Numbered>): Promise<void> {
  failWhileItShould(event);
  await onceInInbox(transactions, 'count', event, (session) => note(session, [event]));
}

async function countAll(events: EventBatch<Numbered>): Promise<void> {
  events.events.forEach(failWhileItShould);
  await batchOnceInInbox(transactions, 'count', events, note);
}

if (Number(batch) > 1) {
  const handle = async (events: unknown) => countAll(events as EventBatch<Numbered>);
  strategy.addHandler(type.type, handle, true, { batch: Number(batch) });
} else {
  strategy.addHandler(type.type, async (event: unknown) => countOne(event as IncomingEvent<Numbered>), true);
}
strategy.listen((error) => {
  if (error !== undefined) throw error;
});
process.once('SIGTERM', () => {
  void strategy.close().then(() => pool.end());
});
