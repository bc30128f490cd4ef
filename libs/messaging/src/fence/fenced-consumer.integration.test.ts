import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { committedOffsets, consume, consumeBatches } from '../../test/test-consumer.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { type KafkaStrategy } from '../consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { batchOnceInInbox } from '../inbox/batch-once-in-inbox.ts';
import { onceInInbox } from '../inbox/once-in-inbox.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type SqlSession } from '../sql/sql-session.ts';
import { PostgresPartitionFence } from './postgres-partition-fence.ts';

describe('a consumer whose effects are fenced', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let fence: PostgresPartitionFence;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let groupId: string;
  let strategy: KafkaStrategy | undefined;

  beforeAll(async () => {
    kafka = await testKafka();
  });
  beforeEach(async () => {
    database = await openMessagingDatabase();
    fence = new PostgresPartitionFence(database.transactions);
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    await kafka.createTopic(type.topic, 1);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });
  afterEach(async () => {
    await strategy?.close();
    await producer.close();
    await database.drop();
  });

  const publish = (from: number, to: number) =>
    producer.publish(
      Array.from({ length: to - from }, (_, n) =>
        numbered(type, `key-${n % 7}`, from + n, { id: `${from + n}` }),
      ),
    );
  const haveEffects = async (session: SqlSession, events: readonly IncomingEvent<Numbered>[]) => {
    await session.query(
      'insert into effects (event_id, number) select * from unnest($1::text[], $2::int[])',
      [events.map(({ id }) => id), events.map(({ data }) => data.number)],
    );
  };
  const one = (delivered: number[]) =>
    consume(
      kafka,
      type,
      async (event) => {
        delivered.push(event.data.number);
        await onceInInbox(database.transactions, 'test', event, (session) => haveEffects(session, [event]));
      },
      { groupId, fence },
    );
  const batches = (delivered: number[]) =>
    consumeBatches(
      kafka,
      type,
      10,
      async (batch) => {
        delivered.push(...batch.events.map(({ data }) => data.number));
        await batchOnceInInbox(database.transactions, 'test', batch, haveEffects);
      },
      { groupId, fence },
    );
  const numbers = async () =>
    (await database.pool.query('select number from effects order by number')).rows.map(
      ({ number }) => number,
    );
  const claims = async () =>
    (await database.pool.query('select epoch, next_offset from consumed_partitions')).rows as {
      epoch: string;
      next_offset: string;
    }[];
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  it.each([
    ['one by one', one],
    ['in batches', batches],
  ])('has each effect once, %s, and the database stores the next offset', async (_how, start) => {
    await publish(0, 100);
    await publish(0, 100);
    strategy = start([]);
    await eventually(async () => (await claims())[0]?.next_offset === '200');
    expect(await numbers()).toEqual(upTo(100));
    expect(await claims()).toEqual([{ epoch: '1', next_offset: '200' }]);
  });

  it.each([
    ['one by one', one],
    ['in batches', batches],
  ])(
    'has no effects after another member has claimed its partition, %s, but joins again and reclaims it',
    async (_how, start) => {
      await publish(0, 10);
      strategy = start([]);
      await eventually(async () => (await numbers()).length === 10);
      // As a successor does while this process is frozen.
      await fence.claim(groupId, [{ topic: type.topic, partition: 0, committed: 0n }]);
      await publish(10, 20);
      await eventually(async () => (await numbers()).length === 20);
      expect(Number((await claims())[0]?.epoch)).toBeGreaterThan(2);
    },
  );

  it('has no second effect of events that it handled before a crash without committing them to Kafka', async () => {
    await publish(0, 10);
    strategy = batches([]);
    const committed = async () => Object.values(await committedOffsets(kafka, groupId, type.topic))[0];
    await eventually(async () => (await committed()) === '10');
    await strategy.close();
    await fence.claim(groupId, [{ topic: type.topic, partition: 0, committed: 10n }]);
    await publish(10, 30);
    // Its last batch was committed in the database only.
    await database.pool.query(
      `insert into inbox (consumer, event_id) select 'test', n::text from generate_series(10, 19) n`,
    );
    await database.pool.query('update consumed_partitions set next_offset = 20');
    strategy = batches([]);
    await eventually(async () => (await committed()) === '30');
    expect(await numbers()).toEqual([...upTo(10), ...upTo(30).slice(20)]);
  });

  it('opens no partition while the database is unavailable, and continues once it is back', async () => {
    await publish(0, 10);
    let refusals = 0;
    const claim = fence.claim.bind(fence);
    fence.claim = (...asked) => ((refusals += 1) <= 3 ? Promise.reject(new Error('away')) : claim(...asked));
    strategy = one([]);
    await eventually(async () => (await numbers()).length === 10);
    expect(refusals).toBe(4);
  });
});
