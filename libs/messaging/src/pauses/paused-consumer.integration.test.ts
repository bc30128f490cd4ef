import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import {
  committedOffsets,
  consume,
  consumeBatches,
  consumeTypes,
  MemorySink,
} from '../../test/test-consumer.ts';
import { openMessagingDatabase, sessionOf } from '../../test/test-database.ts';
import { NO_METRICS } from '../consumer/consumer-metrics.ts';
import { type KafkaStrategy, type KafkaStrategyOptions } from '../consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type ConsumerPauses } from './consumer-pauses.ts';
import { PostgresConsumerPauses } from './postgres-consumer-pauses.ts';

const KEYS = 20;
const PARTITIONS = 4;
/** Longer than a member may be silent. */
const PAST_THE_SESSION_MS = 12_000;

describe('a consumer that an operator has paused', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let pauses: PostgresConsumerPauses;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let groupId: string;
  const started: KafkaStrategy[] = [];

  beforeAll(async () => {
    kafka = await testKafka();
    database = await openMessagingDatabase();
    pauses = new PostgresConsumerPauses(sessionOf(database.pool));
  });
  beforeEach(async () => {
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    await kafka.createTopic(type.topic, PARTITIONS);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((strategy) => strategy.close()));
    await producer.close();
  });
  afterAll(() => database.drop());

  const start = (
    handler: (event: IncomingEvent<Numbered>) => Promise<void> | void,
    options: Partial<KafkaStrategyOptions> = {},
  ) => {
    const strategy = consume(kafka, type, handler, { groupId, pauses, ...options });
    started.push(strategy);
    return strategy;
  };
  const publish = (from: number, to: number) =>
    producer.publish(
      Array.from({ length: to - from }, (_, n) => {
        const key = (from + n) % KEYS;
        return numbered(type, `key-${key}`, from + n, { slot: key * 200 });
      }),
    );
  const pauseAll = (topic?: string) => pauses.pause(groupId, { topic, reason: 'a test' });
  const isPaused = (strategy: KafkaStrategy) => () => strategy.pausedPartitions === PARTITIONS;
  /** Resolves when another group, which is not paused, has handled this many events: the paused group had the same time. */
  const whenAnotherGroupHasHandled = async (count: number) => {
    const seen = new Set<number>();
    started.push(consume(kafka, type, (event) => void seen.add(event.data.number)));
    await eventually(() => seen.size === count);
  };
  const committed = async () =>
    Object.values(await committedOffsets(kafka, groupId, type.topic)).reduce(
      (sum, offset) => sum + Math.max(0, Number(offset)),
      0,
    );
  /** Expects that each event was handled once, and the events of a key in order. */
  const expectAllInOrder = (handled: readonly number[], count: number) => {
    expect([...handled].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
    for (let key = 0; key < KEYS; key += 1) {
      const ofKey = handled.filter((n) => n % KEYS === key);
      expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
    }
  };

  it('lets running handlers end and be committed, starts no others, and resumes in the order of each key', async () => {
    const handled: number[] = [];
    const running = Promise.withResolvers<void>();
    let begun = 0;
    const strategy = start(async ({ data: { number } }) => {
      begun += 1;
      if (number >= 10) await running.promise;
      handled.push(number);
    });
    await publish(0, 100);
    // One event of each key runs; for half of the keys it is the second one.
    await eventually(() => begun === 30);
    await pauseAll();
    await eventually(isPaused(strategy));
    running.resolve();
    await eventually(async () => (await committed()) === 30);
    await publish(100, 200);
    await whenAnotherGroupHasHandled(200);
    expect([begun, handled.length]).toEqual([30, 30]);
    await strategy.expectProgress();

    await pauses.resume(groupId, undefined);
    await eventually(() => handled.length === 200);
    expectAllInOrder(handled, 200);
    await eventually(async () => (await committed()) === 200);
  });

  it('stays paused over a start, a rebalance and a restart, and loses no events', async () => {
    const handled: number[] = [];
    const handle = ({ data: { number } }: IncomingEvent<Numbered>) => void handled.push(number);
    await publish(0, 100);
    await pauseAll();
    const first = start(handle);
    await eventually(isPaused(first));
    const second = start(handle);
    await eventually(() => first.pausedPartitions === 2 && second.pausedPartitions === 2);
    await publish(100, 200);
    await first.close();
    await eventually(isPaused(second));
    const third = start(handle);
    await eventually(() => third.pausedPartitions === 2);
    await whenAnotherGroupHasHandled(200);
    expect(handled).toEqual([]);

    await pauses.resume(groupId, undefined);
    await eventually(() => handled.length === 200);
    expectAllInOrder(handled, 200);
  });

  it('stays in its group for longer than the session timeout', async () => {
    let restarts = 0;
    const handled: number[] = [];
    const strategy = start(({ data: { number } }) => void handled.push(number), {
      metrics: { ...NO_METRICS, restarted: () => void (restarts += 1) },
    });
    await pauseAll();
    await eventually(isPaused(strategy));
    const since = Date.now();
    await publish(0, 20);
    await eventually(() => Date.now() - since > PAST_THE_SESSION_MS);
    await strategy.expectMember();
    await strategy.expectProgress();
    expect([restarts, handled]).toEqual([0, []]);
    await pauses.resume(groupId, undefined);
    await eventually(() => handled.length === 20);
    expect(restarts).toBe(0);
  });

  it('stands still on one topic and continues with the other topics of its group', async () => {
    const other = { ...numberedOn(kafka.uniqueName('numbered')), type: 'com.groundwork.test.other.v1' };
    await kafka.createTopic(other.topic, PARTITIONS);
    const [held, free]: [number[], number[]] = [[], []];
    await pauseAll(type.topic);
    const handlers = new Map([
      [type, ({ data: { number } }: IncomingEvent<Numbered>) => void held.push(number)],
      [other, ({ data: { number } }: IncomingEvent<Numbered>) => void free.push(number)],
    ]);
    const strategy = consumeTypes(kafka, handlers, { groupId, pauses });
    started.push(strategy);
    await eventually(isPaused(strategy));
    await publish(0, 20);
    await producer.publish([numbered(other, 'key', 1)]);
    await whenAnotherGroupHasHandled(20);
    await eventually(() => free.length === 1);
    expect(held).toEqual([]);
    await pauses.resume(groupId, type.topic);
    await eventually(() => held.length === 20);
    expectAllInOrder(held, 20);
  });

  it.each(['infrastructure first', 'the operator first'])(
    'waits for both the operator and infrastructure: %s',
    async (order) => {
      const away = Object.assign(new Error('away'), { retryable: true, infrastructure: true });
      const deadLetters = new MemorySink();
      const handled: number[] = [];
      let isAway = false;
      let attempts = 0;
      const strategy = start(
        ({ data: { number } }) => {
          attempts += 1;
          if (isAway) throw away;
          handled.push(number);
        },
        { deadLetters },
      );
      const takeAway = async () => {
        isAway = true;
        await publish(0, 100);
        if (order === 'infrastructure first') await eventually(() => attempts > 0);
      };
      const pause = async () => {
        await pauseAll();
        await eventually(isPaused(strategy));
      };
      if (order === 'infrastructure first') await takeAway().then(pause);
      else await pause().then(takeAway);
      const before = attempts;
      await whenAnotherGroupHasHandled(100);
      expect([attempts, handled.length]).toEqual([before, 0]);

      await pauses.resume(groupId, undefined);
      await eventually(() => attempts > before);
      expect(handled).toEqual([]);
      isAway = false;
      await eventually(() => handled.length === 100);
      expectAllInOrder(handled, 100);
      expect(deadLetters.letters.size).toBe(0);
    },
  );

  it('lets the running batch end, forms no other, and resumes with all messages that have arrived', async () => {
    const batches: number[][] = [];
    const running = Promise.withResolvers<void>();
    const strategy = consumeBatches(
      kafka,
      type,
      10,
      async ({ events }) => {
        batches.push(events.map(({ data }) => data.number));
        await running.promise;
      },
      { groupId, pauses },
    );
    started.push(strategy);
    await publish(0, 200);
    await eventually(() => batches.length === PARTITIONS);
    await pauseAll();
    await eventually(isPaused(strategy));
    const first = batches.flat().length;
    running.resolve();
    await eventually(async () => (await committed()) === first);
    await publish(200, 400);
    await whenAnotherGroupHasHandled(400);
    expect(batches.length).toBe(PARTITIONS);

    await pauses.resume(groupId, undefined);
    await eventually(() => batches.flat().length === 400);
    expectAllInOrder(batches.flat(), 400);
    await eventually(async () => (await committed()) === 400);
  });

  it('stays paused while the database is unavailable; a member that has never had an answer handles nothing either', async () => {
    const handled: number[] = [];
    const handle = ({ data: { number } }: IncomingEvent<Numbered>) => void handled.push(number);
    const store = losable(pauses);
    await pauseAll();
    const first = start(handle, { pauses: store });
    await eventually(isPaused(first));
    store.isLost = true;
    await pauses.resume(groupId, undefined);
    await publish(0, 100);
    const second = start(handle, { pauses: store });
    await eventually(() => first.pausedPartitions === 2);
    await whenAnotherGroupHasHandled(100);
    expect(handled).toEqual([]);
    await first.expectMember();
    await expect(second.expectMember()).rejects.toMatchObject({ code: 'pauses-unknown', retryable: true });

    store.isLost = false;
    await eventually(() => handled.length === 100);
    expectAllInOrder(handled, 100);
    await second.expectMember();
  });

  it('continues to consume while the database is unavailable, when it was not paused', async () => {
    const handled: number[] = [];
    const store = losable(pauses);
    const strategy = start(({ data: { number } }) => void handled.push(number), { pauses: store });
    await eventually(() => strategy.expectMember().then(() => true));
    store.isLost = true;
    await publish(0, 100);
    await eventually(() => handled.length === 100);
  });
});

/** Returns the same pauses, whose reading fails while `isLost` is set. */
function losable(pauses: ConsumerPauses): ConsumerPauses & { isLost: boolean } {
  const store = {
    isLost: false,
    of: (group: string) =>
      store.isLost
        ? Promise.reject(Object.assign(new Error('away'), { retryable: true, infrastructure: true }))
        : pauses.of(group),
    pause: pauses.pause.bind(pauses),
    resume: pauses.resume.bind(pauses),
  };
  return store;
}
