import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, spawnProgram, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';

const EVENTS = 400;

describe('an event that kills its process', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let producer: KafkaEventProducer;

  beforeAll(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
    await database.pool.query('create table letters (id text primary key, code text)');
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });
  afterAll(async () => {
    await producer.close();
    await database.drop();
  });

  const rows = async (sql: string) => (await database.pool.query(sql)).rows;

  it.each([
    ['one by one', 1],
    ['in batches', 50],
  ])(
    'becomes a dead letter after a few process deaths, and no other event does: %s',
    async (_how, batch) => {
      await database.pool.query('truncate letters, inbox, effects');
      const type = numberedOn(kafka.uniqueName('numbered'));
      const groupId = kafka.uniqueName('group');
      await kafka.createTopic(type.topic, 4);
      await producer.publish(
        Array.from({ length: EVENTS }, (_, n) =>
          numbered(type, `key-${n % 40}`, n === 150 ? -1 : n, { slot: (n % 40) * 100 }),
        ),
      );
      const run = () =>
        spawnProgram(new URL('../../test/poisoned-member.process.ts', import.meta.url), [
          kafka.brokers.join(','),
          type.topic,
          groupId,
          database.url,
          `${batch}`,
        ]);
      let deaths = 0;
      let member: ChildProcess = run();
      const restart = () => {
        deaths += 1;
        member = run();
        member.once('exit', onExit);
      };
      const onExit = (_code: number | null, signal: string | null) => {
        if (signal === 'SIGKILL') restart();
      };
      member.once('exit', onExit);
      const isAllDone = async () => (await rows('select number from effects')).length === EVENTS - 1;
      try {
        await eventually(isAllDone, { within: 120_000, every: 200 });
      } finally {
        member.off('exit', onExit);
        const exited = once(member, 'exit');
        member.kill('SIGTERM');
        await exited;
      }
      expect(await rows('select code from letters')).toEqual([{ code: 'poison-message' }]);
      // The first death is not counted, the next three are.
      expect(deaths).toBe(4);
      expect(await rows('select number from effects group by number having count(*) > 1')).toEqual([]);
    },
    180_000,
  );
});
