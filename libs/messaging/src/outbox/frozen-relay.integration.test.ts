import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, spawnProgram, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type SqlSession } from '../sql/sql-session.ts';
import { appendToOutbox } from './append-to-outbox.ts';
import { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.ts';

const MEASURE_MS = 300;

describe('a relay that stands still', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let type: EventType<Numbered>;
  let published: number[];
  let frozen: ChildProcess;
  let end: (() => Promise<void>)[];

  beforeEach(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
    type = numberedOn(kafka.uniqueName('numbered'));
    await kafka.createTopic(type.topic, 1);
    published = [];
    const strategy = consume(kafka, type, ({ data }) => void published.push(data.number));
    frozen = spawnProgram(new URL('../../test/relay.process.ts', import.meta.url), [
      kafka.brokers.join(','),
      database.url,
      String(MEASURE_MS),
    ]);
    end = [() => strategy.close()];
  });

  afterEach(async () => {
    frozen.kill('SIGKILL');
    await Promise.all(end.map((stop) => stop()));
    await database.drop();
  });

  const append = (number: number) => {
    const session: SqlSession = {
      query: async <T>(sql: string, parameters?: unknown[]) =>
        (await database.pool.query(sql, parameters)).rows as T,
    };
    return appendToOutbox(session, [{ type, key: 'key', slot: 0, data: { number } }]);
  };
  const waiting = async () => (await database.pool.query('select * from outbox')).rowCount;
  const startAnother = (options: Partial<OutboxRelayOptions> = {}) => {
    const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'other', logger: SILENT });
    const relay = new OutboxRelay({
      name: 'another',
      databaseUrl: database.url,
      producer,
      source: '/test',
      logger: SILENT,
      pollMs: 50,
      measureMs: MEASURE_MS,
      ...options,
    });
    relay.start();
    end.push(() => relay.stop().then(() => producer.close()));
    return relay;
  };

  it('loses the lock to another relay, and stands by when it resumes', async () => {
    await append(1);
    await eventually(async () => published.length === 1 && (await waiting()) === 0);
    const other = startAnother();
    frozen.kill('SIGSTOP');
    await append(2);
    await eventually(() => other.isActive && published.length === 2);
    frozen.kill('SIGCONT');
    await append(3);
    await eventually(async () => published.length === 3 && (await waiting()) === 0);
    expect(published).toEqual([1, 2, 3]);
    expect(other.isActive).toBe(true);
    frozen.kill('SIGTERM');
    expect(await once(frozen, 'exit')).toEqual([0, null]);
  });

  it('keeps the lock while it is idle and only measures', async () => {
    const leads: boolean[] = [];
    let measured = 0;
    frozen.kill('SIGKILL');
    const metrics = {
      published: () => undefined,
      waiting: () => void (measured += 1),
      leads: (_relay: string, isActive: boolean) => void leads.push(isActive),
    };
    startAnother({ pollMs: 30_000, metrics });
    await eventually(() => leads.length > 0 && measured > 8);
    expect(leads).toEqual([true]);
  });
});
