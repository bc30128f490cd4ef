import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { delaysOf } from '../../test/delays-of.ts';
import { type Numbered, numbered } from '../../test/numbered.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase, sessionOf } from '../../test/test-database.ts';
import { type KafkaStrategy } from '../consumer/kafka.strategy.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { PostgresConsumerPauses } from './postgres-consumer-pauses.ts';

/** Longer than it takes to detect a pause. */
const DELAY_MS = 5_000;
const DELAYS = delaysOf(DELAY_MS);
const PARTITIONS = 4;

describe('a pause during retries', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let pauses: PostgresConsumerPauses;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let groupId: string;
  let handled: number[];
  let failedAt: number | undefined;
  const started: KafkaStrategy[] = [];

  beforeAll(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
    pauses = new PostgresConsumerPauses(sessionOf(database.pool));
  });
  beforeEach(async () => {
    ({ type, groupId } = await retryingGroup(kafka, DELAYS, PARTITIONS));
    [handled, failedAt] = [[], undefined];
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((strategy) => strategy.close()));
    await producer.close();
  });
  afterAll(() => database.drop());

  const publish = (...numbers: number[]) =>
    producer.publish(numbers.map((number) => numbered(type, 'key', number)));
  /** Starts a member whose handler fails once, for the first event. */
  const start = () => {
    const strategy = consume(
      kafka,
      type,
      ({ data: { number } }) => {
        if (number === 0 && failedAt === undefined) {
          failedAt = Date.now();
          throw new Error('not yet');
        }
        handled.push(number);
      },
      { groupId, pauses, retries: { delays: DELAYS } },
    );
    started.push(strategy);
    return strategy;
  };
  const whenPaused = (strategy: KafkaStrategy, partitions: number) =>
    eventually(() => strategy.pausedPartitions === partitions);
  /** Resolves when the retry is overdue, and another group, which is not paused, has handled this many events. */
  const whenOverdue = async (events: number) => {
    let seen = 0;
    started.push(consume(kafka, type, () => void (seen += 1)));
    await eventually(() => seen === events && Date.now() > (failedAt ?? NaN) + DELAY_MS + 500);
  };

  it('of the whole group also holds delayed retries, over a restart, and keeps the order of their key', async () => {
    const strategy = start();
    await publish(0, 1);
    await eventually(() => failedAt !== undefined);
    await pauses.pause(groupId, { reason: 'a test' });
    const all = strategy.topics.length * PARTITIONS;
    expect(all).toBe(16);
    await whenPaused(strategy, all);
    await publish(2, 3);
    await strategy.close();
    const next = start();
    await whenPaused(next, all);
    await whenOverdue(4);
    expect(handled).toEqual([]);

    await pauses.resume(groupId, undefined);
    await eventually(() => handled.length === 4);
    expect(handled).toEqual([0, 1, 2, 3]);
  });

  it('of a topic allows the retries of earlier failures, while new events wait behind them', async () => {
    const strategy = start();
    await publish(0);
    await eventually(() => failedAt !== undefined);
    await pauses.pause(groupId, { topic: type.topic, reason: 'a test' });
    await whenPaused(strategy, PARTITIONS);
    await publish(1, 2, 3);
    await whenOverdue(4);
    await eventually(() => handled.length === 1);
    expect(handled).toEqual([0]);

    await pauses.resume(groupId, type.topic);
    await eventually(() => handled.length === 4);
    expect(handled).toEqual([0, 1, 2, 3]);
  });

  it('of a retry topic keeps new events of a key parked behind the event that waits there', async () => {
    const strategy = start();
    const retryTopic = strategy.topics.find((topic) => topic.includes('.retry.')) as string;
    await pauses.pause(groupId, { topic: retryTopic, reason: 'a test' });
    await whenPaused(strategy, PARTITIONS);
    await publish(0, 1, 2);
    await eventually(() => failedAt !== undefined);
    await whenOverdue(3);
    expect(handled).toEqual([]);
    await pauses.resume(groupId, retryTopic);
    await eventually(() => handled.length === 3);
    expect(handled).toEqual([0, 1, 2]);
  });
});
