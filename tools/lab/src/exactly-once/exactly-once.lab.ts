import { once } from 'node:events';
import {
  createTopics,
  INBOX_BY_SLOT_SQL,
  KafkaEventProducer,
  MESSAGING_TABLES_SQL,
  type OutgoingMessage,
} from '@groundwork/messaging';
import { eventually, spawnProgram } from '@groundwork/testing';
import kafkajs, { type Admin } from 'kafkajs';
import { Client } from 'pg';
import { counted, countedOn, SILENT } from '../kafka/counted-events.ts';
import { type Lab } from '../lab.ts';
import { atLeast, count, exactly } from '../readings.ts';

const EVENTS = 500;
const SENT_AGAIN = EVENTS / 50;
const NEW_EVENTS = 200;
const DIE_AFTER = 200;
const READ_WITHIN_MS = 60_000;

const VERSIONS = ['naive', 'ours'] as const;
type Version = (typeof VERSIONS)[number];

const TYPE = countedOn('lab.payments');
const TOPIC = { name: TYPE.topic, partitions: 1, retentionMs: 3_600_000 };
const CONSUMER = new URL('consumer.process.ts', import.meta.url);

export const exactlyOnce: Lab = {
  name: 'exactly-once',
  pattern: 'Outbox and inbox',
  naiveFailure: 'an event that is sent twice has its effect twice; new events are skipped',
  experiment:
    `${EVENTS} payments are published; the producer sends ${SENT_AGAIN} of them again. The consumer is killed directly after an effect ` +
    `and started again. Then the topic is deleted and created again, and ${NEW_EVENTS} new payments are published.`,
  page: 'docs/events.md',

  async run({ kafka, postgres, progress }) {
    const [[broker = ''], databaseUrl] = [await kafka(), await postgres()];
    const database = new Client({ connectionString: databaseUrl });
    await database.connect();
    await database.query(MESSAGING_TABLES_SQL.up);
    await database.query(INBOX_BY_SLOT_SQL.up);
    await database.query('create table effects (version text, number int)');
    await database.query('create table processed (name text primary key)');
    const client = new kafkajs.Kafka({
      brokers: [broker],
      clientId: 'lab',
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const admin = client.admin();
    await admin.connect();
    try {
      progress(`publishing ${EVENTS} payments, ${SENT_AGAIN} of them twice`);
      await createTopics([broker], [TOPIC], SILENT);
      const first = messages(0, EVENTS);
      await publish(broker, [...first, ...first.filter((_, index) => index % 50 === 0)]);
      progress('consuming; each consumer is killed once');
      await Promise.all(VERSIONS.map((version) => killAfterEffect(version)));
      const stops = await readAll(EVENTS + SENT_AGAIN);
      await Promise.all(stops.map((stop) => stop()));

      progress(`creating the topic again, and publishing ${NEW_EVENTS} new payments`);
      await admin.deleteTopics({ topics: [TYPE.topic] });
      await eventually(async () => !(await admin.listTopics()).includes(TYPE.topic), {
        within: READ_WITHIN_MS,
      });
      await createTopics([broker], [TOPIC], SILENT);
      await publish(broker, messages(EVENTS, EVENTS + NEW_EVENTS));
      const again = await readAll(NEW_EVENTS);
      await Promise.all(again.map((stop) => stop()));

      const effectsOf = async (version: Version, from: number, to: number): Promise<number> => {
        const sql =
          'select count(*)::int as effects from effects where version = $1 and number >= $2 and number < $3';
        return (await database.query<{ effects: number }>(sql, [version, from, to])).rows[0]?.effects ?? 0;
      };
      const [naive, ours] = [await effectsOf('naive', 0, EVENTS), await effectsOf('ours', 0, EVENTS)];
      const later = [EVENTS, EVENTS + NEW_EVENTS] as const;
      const [naiveLater, oursLater] = [await effectsOf('naive', ...later), await effectsOf('ours', ...later)];
      return {
        measures: [
          {
            what: `effects of ${count(EVENTS)} payments, ${SENT_AGAIN} of them sent twice, with one kill -9`,
            naive: atLeast(EVENTS + SENT_AGAIN + 1, naive),
            ours: exactly(EVENTS, ours),
          },
          {
            what: `effects of ${count(NEW_EVENTS)} new payments, after the topic was created again`,
            naive: exactly(0, naiveLater),
            ours: exactly(NEW_EVENTS, oursLater),
          },
        ],
        plot: {
          title: `Effects too many (of ${count(EVENTS)} payments), and missing (of ${count(NEW_EVENTS)} new ones)`,
          axis: 'effects',
          bars: [
            { label: 'naive: too many', value: naive - EVENTS, version: 'naive' },
            { label: 'ours: too many', value: ours - EVENTS, version: 'ours' },
            { label: 'naive: missing', value: NEW_EVENTS - naiveLater, version: 'naive' },
            { label: 'ours: missing', value: NEW_EVENTS - oursLater, version: 'ours' },
          ],
        },
      };
    } finally {
      await admin.disconnect();
      await database.end();
    }

    function start(version: Version, dieAfter: number) {
      const args = [version, broker, TYPE.topic, `lab-${version}`, databaseUrl, String(dieAfter)];
      return spawnProgram(CONSUMER, args);
    }

    async function killAfterEffect(version: Version): Promise<void> {
      const [, signal] = (await once(start(version, DIE_AFTER), 'exit')) as [number | null, string | null];
      if (signal !== 'SIGKILL') throw new Error(`the ${version} consumer ended before it was killed`);
    }

    /** Starts both consumers and waits until each has committed the end of the topic. Returns what stops them. */
    async function readAll(end: number): Promise<(() => Promise<void>)[]> {
      const running = VERSIONS.map((version) => start(version, 0));
      for (const version of VERSIONS)
        await eventually(async () => (await committed(admin, `lab-${version}`)) === end, {
          within: READ_WITHIN_MS,
        });
      return running.map((child) => async () => {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      });
    }
  },
};

const messages = (from: number, to: number): OutgoingMessage[] =>
  Array.from({ length: to - from }, (_, index) => counted(TYPE, `account-${index % 20}`, from + index));

async function publish(broker: string, batch: readonly OutgoingMessage[]): Promise<void> {
  const producer = new KafkaEventProducer({ brokers: [broker], clientId: 'lab', logger: SILENT });
  await producer.publish(batch);
  await producer.close();
}

async function committed(admin: Admin, groupId: string): Promise<number> {
  const [topic] = await admin.fetchOffsets({ groupId, topics: [TYPE.topic] });
  return Number(topic?.partitions[0]?.offset ?? -1);
}
