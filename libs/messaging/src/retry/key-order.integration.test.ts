import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, spawnProgram, testKafka, type TestKafka } from '@groundwork/testing';
import { delaysOf } from '../../test/delays-of.ts';
import { numbered } from '../../test/numbered.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';

/** `npm run chaos -- consuming` does the same with a thousand. */
const KEYS = 400;
const EVENTS_OF_A_KEY = 12;
const DELAYS = [200, 400, 800];

describe('the order of a key', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let producer: KafkaEventProducer;
  const members: ChildProcess[] = [];

  beforeAll(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
  });

  beforeEach(() => {
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => stop(member, 'SIGTERM')));
    await database.pool.query('truncate inbox, effects');
    await producer.close();
  });

  afterAll(() => database.drop());

  const stop = async (member: ChildProcess, signal: NodeJS.Signals) => {
    if (member.exitCode !== null || member.signalCode !== null) return;
    const exited = once(member, 'exit');
    member.kill(signal);
    await exited;
  };
  const effects = async () => {
    const { rows } = await database.pool.query<{ count: string }>('select count(*) from effects');
    return Number(rows[0]?.count);
  };

  it.each([
    ['one by one', 1],
    ['in fenced batches', 25],
  ])(
    'is kept while one event in twenty fails, members join and leave, and one member is killed: %s',
    async (_how, batch) => {
      const { type, groupId } = await retryingGroup(kafka, delaysOf(...DELAYS));
      const join = () => {
        const args = [
          kafka.brokers.join(','),
          type.topic,
          groupId,
          database.url,
          DELAYS.join(','),
          `${batch}`,
        ];
        const member = spawnProgram(new URL('../../test/counting-member.process.ts', import.meta.url), args);
        members.push(member);
        return member;
      };
      const slots = Array.from({ length: KEYS }, (_, key) => Math.floor((key * 4_096) / KEYS));
      const publish = async (from: number, to: number) => {
        for (let number = from; number < to; number += 1) {
          await producer.publish(
            slots.map((slot, key) => numbered(type, `key-${key}`, number, { slot, id: `${key}#${number}` })),
          );
        }
      };
      const total = KEYS * EVENTS_OF_A_KEY;
      const killed = join();
      join();
      await publish(0, 4);
      await eventually(async () => (await effects()) > total / 6);
      const third = join();
      await publish(4, 8);
      await eventually(async () => (await effects()) > total / 2);
      await stop(killed, 'SIGKILL');
      await publish(8, EVENTS_OF_A_KEY);
      await eventually(async () => (await effects()) > (total * 5) / 6);
      await stop(third, 'SIGTERM');
      await eventually(async () => (await effects()) === total);

      const { rows } = await database.pool.query<{ key: string; numbers: number[] }>(
        'select key, array_agg(number order by position) as numbers from effects group by key',
      );
      const inOrder = Array.from({ length: EVENTS_OF_A_KEY }, (_, number) => number);
      expect(rows).toHaveLength(KEYS);
      expect(rows.filter(({ numbers }) => numbers.join() !== inOrder.join())).toEqual([]);
    },
    240_000,
  );
});
