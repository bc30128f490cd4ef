import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { onceInInbox } from './once-in-inbox.ts';

describe('the inbox', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;

  beforeAll(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  beforeEach(async () => {
    await database.pool.query('truncate inbox, effects');
    type = numberedOn(kafka.uniqueName('numbered'));
    await kafka.createTopic(type.topic, 4);
  });

  afterAll(async () => {
    await producer.close();
    await database.drop();
  });

  const haveEffect = (event: IncomingEvent<Numbered>) =>
    onceInInbox(database.transactions, 'test', event, async (session) => {
      await session.query('insert into effects (event_id, key, number) values ($1, $2, $3)', [
        event.id,
        event.key,
        event.data.number,
      ]);
    });
  const effects = async () => (await database.pool.query('select * from effects order by position')).rows;

  it('gives an event that is published three times one effect', async () => {
    const events = Array.from({ length: 30 }, (_, number) =>
      numbered(type, `key-${number % 5}`, number, { id: `event-${number}` }),
    );
    await producer.publish([...events, ...events, ...events]);
    let deliveries = 0;
    const strategy = consume(kafka, type, async (event) => {
      await haveEffect(event);
      deliveries += 1;
    });
    await eventually(() => deliveries === 90);
    await strategy.close();
    expect((await effects()).map(({ event_id }) => event_id).sort()).toEqual(
      events.map(({ headers }) => headers['ce_id']).sort(),
    );
  });

  it('gives an event one effect when the process dies between the effect and the commit of the offset', async () => {
    const groupId = kafka.uniqueName('group');
    await producer.publish([numbered(type, 'key', 1)]);
    let died = 0;
    const dying = consume(
      kafka,
      type,
      async (event) => {
        await haveEffect(event);
        died += 1;
        // The effect is committed, but this process never commits the offset.
        await new Promise(() => undefined);
      },
      { groupId, drainLimitMs: 50 },
    );
    await eventually(() => died === 1);
    await dying.close();
    const outcomes: string[] = [];
    const successor = consume(kafka, type, async (event) => void outcomes.push(await haveEffect(event)), {
      groupId,
    });
    await eventually(() => outcomes.length === 1);
    await successor.close();
    expect(outcomes).toEqual(['duplicate']);
    expect(await effects()).toHaveLength(1);
  });

  it('makes the second of two concurrent deliveries wait, and run the effect when the first one fails', async () => {
    const event = { id: 'event' };
    let fail!: () => void;
    const failing = new Promise<void>((resolve) => (fail = resolve));
    let begun = false;
    const first = onceInInbox(database.transactions, 'test', event, async () => {
      begun = true;
      await failing;
      throw new Error('the first one fails');
    });
    await eventually(() => begun);
    const second = onceInInbox(database.transactions, 'test', event, async (session) => {
      await session.query(`insert into effects (event_id) values ('event')`);
    });
    await eventually(async () => {
      const waiting = `select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like 'insert into inbox%'`;
      return (await database.pool.query(waiting)).rowCount === 1;
    });
    fail();
    await expect(first).rejects.toThrow('the first one fails');
    await expect(second).resolves.toBe('processed');
    expect(await effects()).toHaveLength(1);
  });

  it('gives an event one effect for each consumer', async () => {
    const event = { id: 'event' };
    const one = await onceInInbox(database.transactions, 'one', event, () => Promise.resolve());
    const two = await onceInInbox(database.transactions, 'two', event, () => Promise.resolve());
    expect([one, two]).toEqual(['processed', 'processed']);
  });

  it('distinguishes failures of the database from failures of the event', async () => {
    const failing = (sql: string) =>
      onceInInbox(database.transactions, 'test', { id: 'event' }, async (session) => {
        await session.query(sql);
      });
    await expect(failing('select pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({
      code: 'database-unavailable',
      retryable: true,
      infrastructure: true,
    });
    await expect(failing('select 1 / 0')).rejects.toMatchObject({ code: 'data-refused', retryable: false });
    await expect(
      onceInInbox(database.transactions, 'test', { id: 'event' }, () =>
        Promise.reject(new TypeError('a bug')),
      ),
    ).rejects.toThrow(TypeError);
  });
});
