import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type PoolClient } from 'pg';
import { type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { type EventProducer } from '../kafka/event-producer.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type SqlSession } from '../sql/sql-session.ts';
import { appendToOutbox } from './append-to-outbox.ts';
import { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.ts';

describe('the outbox relay', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let published: IncomingEvent<Numbered>[];
  let stop: (() => Promise<void>)[];

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    database = await openMessagingDatabase();
    type = numberedOn(kafka.uniqueName('numbered'));
    await kafka.createTopic(type.topic, 4);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    published = [];
    const strategy = consume(kafka, type, (event) => void published.push(event));
    stop = [() => strategy.close(), () => producer.close()];
  });

  afterEach(async () => {
    await Promise.all(stop.map((end) => end()));
    await database.drop();
  });

  const relay = (options: Partial<OutboxRelayOptions> = {}) => {
    const started = new OutboxRelay({
      name: 'relay',
      databaseUrl: database.url,
      producer,
      source: '/test',
      logger: SILENT,
      pollMs: 100,
      ...options,
    });
    started.start();
    stop.unshift(() => started.stop());
    return started;
  };
  const sessionOf = (client: PoolClient | typeof database.pool): SqlSession => ({
    query: async <T>(sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows as T,
  });
  const append = (numbers: readonly number[], key = 'key', slot = 0) =>
    appendToOutbox(
      sessionOf(database.pool),
      numbers.map((number) => ({ type, key, slot, data: { number } })),
    );
  const appendSilently = (number: number) =>
    database.pool.query(
      `insert into outbox (event_id, slot, topic, key, type, data)
       values (gen_random_uuid(), 0, $1, 'key', $2, jsonb_build_object('number', $3::int))`,
      [type.topic, type.type, number],
    );
  const numbers = () => published.map(({ data }) => data.number);
  const waiting = async () => (await database.pool.query('select * from outbox')).rowCount;
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

  it('publishes committed rows as CloudEvents, on the partition of the slot, and deletes them', async () => {
    await append([1, 2, 3], 'order-1', 2_048);
    relay();
    await eventually(() => published.length === 3);
    expect(published[0]).toMatchObject({
      type: type.type,
      source: '/test',
      key: 'order-1',
      data: { number: 1 },
      partition: 2,
      headers: { ce_specversion: '1.0', ce_subject: 'order-1', 'content-type': 'application/json' },
    });
    expect(numbers()).toEqual([1, 2, 3]);
    await eventually(async () => (await waiting()) === 0);
  });

  it('replaces headers of the event with headers of the same name from its row', async () => {
    const headers = { ce_id: 'an-id-of-before', 'redrive-of': 'letter-1' };
    await appendToOutbox(sessionOf(database.pool), [
      { type, key: 'key', slot: 0, data: { number: 1 }, headers },
    ]);
    relay();
    await eventually(() => published.length === 1);
    expect(published[0]).toMatchObject({ id: 'an-id-of-before', key: 'key', headers });
  });

  it('is woken by a notification before its next poll', async () => {
    const active = relay({ pollMs: 30_000 });
    await eventually(() => active.isActive);
    await append([1]);
    await eventually(() => published.length === 1, { within: 5_000 });
  });

  it.each(['the active relay', 'a standby relay'])(
    'is woken by a hint to %s about rows that were committed without a notification',
    async (who) => {
      const relays = [relay({ name: 'one', pollMs: 30_000 })];
      await eventually(() => relays[0]!.isActive);
      relays.push(relay({ name: 'two', pollMs: 30_000 }));
      const hinted = relays[who === 'a standby relay' ? 1 : 0]!;
      await append([0]);
      await eventually(() => published.length === 1);
      await appendSilently(1);
      await eventually(() => {
        hinted.hint();
        return published.length === 2;
      });
    },
  );

  it('finds rows that were committed without a notification', async () => {
    relay();
    await append([0]);
    await eventually(async () => published.length === 1 && (await waiting()) === 0);
    await appendSilently(1);
    await eventually(() => published.length === 2);
  });

  it('publishes a row that commits after later rows were published', async () => {
    relay();
    const late = await database.pool.connect();
    await late.query('begin');
    await appendToOutbox(sessionOf(late), [{ type, key: 'late', slot: 0, data: { number: 1 } }]);
    await append([2, 3]);
    await eventually(async () => published.length === 2 && (await waiting()) === 0);
    await late.query('commit');
    late.release();
    await eventually(() => published.length === 3);
    expect(numbers()).toEqual([2, 3, 1]);
  });

  it('deletes only the rows it has published: a row that commits meanwhile with a lower position is published too', async () => {
    const publishing = Promise.withResolvers<void>();
    const committed = Promise.withResolvers<void>();
    const waits: EventProducer = {
      async publish(messages) {
        publishing.resolve();
        await committed.promise;
        await producer.publish(messages);
      },
      close: () => Promise.resolve(),
    };
    const late = await database.pool.connect();
    await late.query('begin');
    await appendToOutbox(sessionOf(late), [{ type, key: 'late', slot: 0, data: { number: 1 } }]);
    await append([2, 3]);
    relay({ producer: waits });
    await publishing.promise;
    await late.query('commit');
    late.release();
    committed.resolve();
    await eventually(() => published.length === 3);
    expect(numbers().sort()).toEqual([1, 2, 3]);
  });

  it('has one active instance for each database, and another takes over when that one loses its connection', async () => {
    const relays = [relay({ name: 'one' }), relay({ name: 'two' })];
    const active = () => relays.filter(({ isActive }) => isActive);
    await eventually(() => active().length === 1);
    const [first] = active();
    await append(range(0, 50));
    await eventually(() => published.length === 50);
    expect(active()).toEqual([first]);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    await append(range(50, 100));
    await eventually(() => new Set(numbers()).size === 100);
    await eventually(() => active().length === 1);
    expect([...new Set(numbers())]).toEqual(range(0, 100));
  });

  it('stops publishing as soon as its connection is lost, even while it holds rows', async () => {
    const attempts: number[] = [];
    let broken!: () => Promise<void>;
    const failing: EventProducer = {
      async publish(messages) {
        attempts.push(messages.length);
        await broken();
        await producer.publish(messages);
      },
      close: () => Promise.resolve(),
    };
    broken = async () => {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut off'`,
      );
    };
    await append(range(0, 10));
    relay({ name: 'cut off', producer: failing, batchSize: 5 });
    await eventually(() => attempts.length >= 2);
    // The batch in flight was published, but could not be deleted: it is published again before the next one.
    broken = () => Promise.resolve();
    await eventually(() => new Set(numbers()).size === 10);
    expect([...new Set(numbers())]).toEqual(range(0, 10));
  });

  it('publishes rows that it could not delete again, under the same ids', async () => {
    let isFirst = true;
    const dying: EventProducer = {
      async publish(messages) {
        await producer.publish(messages);
        if (isFirst) {
          isFirst = false;
          throw new Error('killed between the acknowledgement and the deletion');
        }
      },
      close: () => Promise.resolve(),
    };
    await append([1, 2]);
    relay({ producer: dying });
    await eventually(() => published.length === 4);
    expect(published.slice(2).map(({ id }) => id)).toEqual(published.slice(0, 2).map(({ id }) => id));
  });

  it('keeps its rows while the broker is unavailable and publishes them when it is back', async () => {
    let away = true;
    const flaky: EventProducer = {
      publish: (messages) => (away ? Promise.reject(new Error('no broker')) : producer.publish(messages)),
      close: () => Promise.resolve(),
    };
    relay({ producer: flaky });
    await append(range(0, 20));
    await eventually(async () => (await waiting()) === 20);
    away = false;
    await eventually(() => published.length === 20);
    expect(numbers()).toEqual(range(0, 20));
  });

  it('publishes the remaining rows when it stops', async () => {
    const active = relay({ pollMs: 30_000, batchSize: 10 });
    await eventually(() => active.isActive);
    await append(range(0, 95));
    await active.stop();
    expect(await waiting()).toBe(0);
    await eventually(() => published.length === 95);
  });
});
