import { createHash } from 'node:crypto';
import { RetrySchedule } from '@groundwork/dlq';
import { Pool } from 'pg';
import { KafkaStrategy } from '../src/consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../src/events/incoming-event.ts';
import { onceInInbox } from '../src/inbox/once-in-inbox.ts';
import { delaysOf } from './delays-of.ts';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';
import { transactionsOf } from './test-database.ts';

/**
 * A member of a group as a process of its own, to be killed. It notes each event of a key once, in the order it handles them;
 * one in twenty fails once to three times before. Arguments: brokers, topic, group, database, delays in ms.
 */
const [brokers = '', topic = '', groupId = '', databaseUrl = '', delays = ''] = process.argv.slice(2);
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
});
strategy.addHandler(
  type.type,
  async (received: unknown) => {
    const event = received as IncomingEvent<Numbered>;
    if (Number(event.headers['retry-attempts'] ?? 0) < failuresOf(event)) throw new Error('not yet');
    await onceInInbox(transactions, 'count', event, async (session) => {
      await session.query('insert into effects (event_id, key, number) values ($1, $2, $3)', [
        event.id,
        event.key,
        event.data.number,
      ]);
    });
  },
  true,
);
strategy.listen((error) => {
  if (error !== undefined) throw error;
});
process.once('SIGTERM', () => {
  void strategy.close().then(() => pool.end());
});
