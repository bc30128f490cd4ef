import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { committedOffsets, consume, MemorySink } from '../../test/test-consumer.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { onceInInbox } from '../inbox/once-in-inbox.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type SqlSession } from '../sql/sql-session.ts';
import { type DeliveryOutcome, NO_METRICS } from './consumer-metrics.ts';
import { type KafkaStrategy } from './kafka.strategy.ts';

const BAD = 0;

describe('a statement that fails for one event only', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let type: EventType<Numbered>;
  let groupId: string;
  let strategy: KafkaStrategy;
  let handled: Set<number>;
  let deadLetters: MemorySink;
  const outcomes: DeliveryOutcome[] = [];
  const errors: [fields: object, message: string][] = [];

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    database = await openMessagingDatabase();
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    await kafka.createTopic(type.topic, 1);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    handled = new Set();
    deadLetters = new MemorySink();
    outcomes.length = errors.length = 0;
  });

  afterEach(async () => {
    await strategy.close();
    await producer.close();
    await database.drop();
  });

  /** Handles 50 events, each in its transaction; the first one also runs `fail`. */
  async function handle(fail: (session: SqlSession) => Promise<void>): Promise<void> {
    await producer.publish(Array.from({ length: 50 }, (_, n) => numbered(type, `key-${n}`, n)));
    const handler = async (event: Parameters<Parameters<typeof consume>[2]>[0]): Promise<void> => {
      await onceInInbox(database.transactions, 'test', event, async (session) => {
        if (event.data.number === BAD) await fail(session);
      });
      handled.add(event.data.number);
    };
    strategy = consume(kafka, type, handler, {
      groupId,
      deadLetters,
      concurrency: 1,
      logger: { ...SILENT, error: (fields, message) => errors.push([fields, message]) },
      metrics: { ...NO_METRICS, delivered: (_type, outcome) => outcomes.push(outcome) },
    });
  }

  it.each<[string, string, unknown[]]>([
    ['a missing parameter (08P01)', 'select $1::int + $2::int', [1]],
    ['a BigInt in a JSON parameter (TypeError)', 'select $1::jsonb', [{ amount: 1n }]],
    ['out of memory (53200)', `do $$ begin raise using errcode = '53200'; end $$`, []],
  ])('makes its event a dead letter after the last attempt: %s', async (_name, sql, parameters) => {
    await handle(async (session) => session.query(sql, parameters));
    await eventually(async () => (await committedOffsets(kafka, groupId, type.topic))[0] === '50');
    expect([handled.size, [...deadLetters.letters.values()]]).toMatchObject([49, [{ attempts: 3 }]]);
  });

  it('holds up only its own key when it times out, uses no attempts, and is reported', async () => {
    let mended = false;
    await handle(async (session) => {
      if (mended) return;
      await session.query(`set local statement_timeout = '20ms'`);
      await session.query('select pg_sleep(60)');
    });
    await eventually(() => handled.size === 49 && outcomes.includes('held-alone'));
    expect(errors[0]).toMatchObject([
      { offset: '0', err: { code: 'database-overloaded' } },
      'an event waits for infrastructure that other events reach; its key waits with it',
    ]);
    expect((await committedOffsets(kafka, groupId, type.topic))[0]).not.toBe('50');
    mended = true;
    await eventually(async () => (await committedOffsets(kafka, groupId, type.topic))[0] === '50');
    expect([handled.size, deadLetters.letters.size]).toEqual([50, 0]);
  });
});
