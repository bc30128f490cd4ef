import { Pool } from 'pg';
import { KafkaStrategy } from '../src/consumer/kafka.strategy.ts';
import { type EventBatch } from '../src/events/event-batch.ts';
import { type IncomingEvent } from '../src/events/incoming-event.ts';
import { batchOnceInInbox } from '../src/inbox/batch-once-in-inbox.ts';
import { onceInInbox } from '../src/inbox/once-in-inbox.ts';
import { type SqlSession } from '../src/sql/sql-session.ts';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';
import { transactionsOf } from '@groundwork/testing';

/**
 * Runs a member of a group as a process of its own. An event with the number -1 kills it, as running out of memory would.
 * Arguments: brokers, topic, group, database, and the batch size, if it is more than one.
 */
const [brokers = '', topic = '', groupId = '', databaseUrl = '', batch = '1'] = process.argv.slice(2);
const type = numberedOn(topic);
const pool = new Pool({ connectionString: databaseUrl, max: 20 });
const transactions = transactionsOf(pool);
const strategy = new KafkaStrategy({
  brokers: brokers.split(','),
  groupId,
  clientId: 'poisoned-member',
  logger: SILENT,
  eventTypes: [type],
  deadLetters: {
    put: async ({ id, error }) => {
      const sql = 'insert into letters (id, code) values ($1, $2) on conflict do nothing';
      await pool.query(sql, [id, error.code]);
    },
    close: () => Promise.resolve(),
  },
});
const note = async (session: SqlSession, events: readonly IncomingEvent<Numbered>[]) => {
  if (events.some(({ data }) => data.number === -1)) process.kill(process.pid, 'SIGKILL');
  const values = [events.map(({ id }) => id), events.map(({ data }) => data.number)];
  const sql = 'insert into effects (event_id, number) select * from unnest($1::text[], $2::int[])';
  await session.query(sql, values);
};

if (Number(batch) > 1) {
  const handle = (events: EventBatch<Numbered>) => batchOnceInInbox(transactions, 'poisoned', events, note);
  strategy.addHandler(type.type, (events: unknown) => handle(events as EventBatch<Numbered>), true, {
    batch: Number(batch),
  });
} else {
  const handle = (event: IncomingEvent<Numbered>) =>
    onceInInbox(transactions, 'poisoned', event, (session) => note(session, [event]));
  strategy.addHandler(type.type, (event: unknown) => handle(event as IncomingEvent<Numbered>), true);
}
strategy.listen((error) => {
  if (error !== undefined) throw error;
});
process.once('SIGTERM', () => {
  void strategy.close().then(() => pool.end());
});
