/**
 * Usage: consumer.process.ts naive|ours BROKER TOPIC GROUP DATABASE_URL DIE_AFTER: has one effect for each event, and kills itself
 * directly after this number of effects (0: never). SIGTERM ends it in order.
 */
import { type IncomingEvent, KafkaStrategy, onceInInbox } from '@groundwork/messaging';
import { transactionsOf } from '@groundwork/testing';
import kafkajs from 'kafkajs';
import { Pool } from 'pg';
import { type Counted, countedOn, SILENT } from '../kafka/counted-events.ts';
import { consumeNaively } from './naive-consumer.ts';

const [version, broker = '', topic = '', groupId = '', databaseUrl = '', dieAfter = '0'] =
  process.argv.slice(2);
const pool = new Pool({ connectionString: databaseUrl, max: 4 });
const EFFECT = 'insert into effects (version, number) values ($1, $2)';
let effects = 0;

const stop = version === 'naive' ? await startNaive() : await startOurs();
process.once('SIGTERM', () => {
  void stop().then(() => pool.end());
});

async function startNaive(): Promise<() => Promise<void>> {
  const kafka = new kafkajs.Kafka({
    brokers: [broker],
    clientId: 'naive',
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const consumer = await consumeNaively(kafka, pool, { topic, groupId }, async (number) => {
    await pool.query(EFFECT, [version, number]);
    dieInTime();
  });
  return () => consumer.disconnect();
}

async function startOurs(): Promise<() => Promise<void>> {
  const type = countedOn(topic);
  const strategy = new KafkaStrategy({
    ...{ brokers: [broker], groupId, clientId: 'ours', logger: SILENT, eventTypes: [type] },
  });
  const handle = async (event: unknown): Promise<void> => {
    const incoming = event as IncomingEvent<Counted>;
    await onceInInbox(transactionsOf(pool), 'lab', incoming, async (session) => {
      await session.query(EFFECT, [version, incoming.data.number]);
      dieInTime();
    });
  };
  strategy.addHandler(type.type, handle, true);
  strategy.listen((error) => {
    if (error !== undefined) throw error as Error;
  });
  return Promise.resolve(() => strategy.close());
}

/** The worst moment: the effect is there, and nothing that remembers it. */
function dieInTime(): void {
  effects += 1;
  if (effects === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
}
