import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type RetryDelay } from '@groundwork/dlq';
import { delaysOf } from '../../test/delays-of.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { type Numbered, numbered } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { committedOffsets, consume, MemorySink } from '../../test/test-consumer.ts';
import { type KafkaStrategy, type KafkaStrategyOptions } from '../consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type KeyOrder } from './retry-routes.ts';

describe('retry topics', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  const started: KafkaStrategy[] = [];

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(() => {
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((strategy) => strategy.close()));
    await producer.close();
  });

  async function group(delays: readonly RetryDelay[], keyOrder: KeyOrder = 'block-key') {
    const made = await retryingGroup(kafka, delays);
    const { type, groupId } = made;
    const start = (
      handler: (event: IncomingEvent<Numbered>) => Promise<void> | void,
      options: Partial<KafkaStrategyOptions> = {},
    ) => {
      const strategy = consume(kafka, type, handler, {
        groupId,
        retries: { delays, keyOrder },
        ...options,
      });
      started.push(strategy);
      return strategy;
    };
    return { ...made, start, committed: () => committedOffsets(kafka, groupId, type.topic) };
  }

  it('retry an event after each delay, never early, and then make it a dead letter with its whole history', async () => {
    const delays = delaysOf(100, 200, 400, 800, 1_600);
    const { type, groupId, start, committed } = await group(delays);
    const deadLetters = new MemorySink();
    const attempts = new Map<string, number[]>();
    await producer.publish(
      Array.from({ length: 100 }, (_, number) =>
        numbered(type, `key-${number}`, number, { slot: number * 40, id: `event-${number}` }),
      ),
    );
    start(
      (event) => {
        attempts.set(event.id, [...(attempts.get(event.id) ?? []), Date.now()]);
        throw new Error(`failure ${attempts.get(event.id)?.length}`);
      },
      { deadLetters },
    );
    await eventually(() => deadLetters.letters.size === 100);

    const lateness = [...attempts.values()].flatMap((times) =>
      delays.map(({ ms }, index) => (times[index + 1] ?? NaN) - (times[index] ?? NaN) - ms),
    );
    expect(lateness).toHaveLength(500);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    const sorted = lateness.sort((a, b) => a - b);
    process.stdout.write(`lateness of 500 retries: p50 ${sorted[250]} ms, p99 ${sorted[495]} ms\n`);
    for (const letter of deadLetters.letters.values()) {
      expect(letter).toMatchObject({ consumer: groupId, topic: type.topic, attempts: 6, redriveOf: null });
      expect(letter.errors.map(({ attempt, message }) => [attempt, message])).toEqual(
        [1, 2, 3, 4, 5, 6].map((attempt) => [attempt, `failure ${attempt}`]),
      );
      expect(Object.keys(letter.headers).filter((name) => name.startsWith('retry-'))).toEqual([]);
    }
    await eventually(async () => sumOf(await committed()) === 100);
  });

  it('keep a key in order when a consumer ends, because the next one reads the parked events', async () => {
    const { type, start, committed } = await group(delaysOf(300, 600, 1_200, 2_400));
    const publish = (...numbers: number[]) =>
      producer.publish(numbers.map((number) => numbered(type, 'key', number)));
    const handled: number[] = [];
    let failing = true;
    let failures = 0;
    const handle = ({ data }: IncomingEvent<Numbered>) => {
      if (data.number === 0 && failing) {
        failures += 1;
        throw new Error('not yet');
      }
      handled.push(data.number);
    };
    await publish(0, 1, 2);
    const first = start(handle);
    await eventually(async () => (await committed())[0] === '3');
    await first.close();
    await publish(3);
    start(handle);
    await eventually(async () => (await committed())[0] === '4');
    await eventually(() => failures >= 2);
    expect(handled).toEqual([]);
    failing = false;
    await eventually(() => handled.length === 4);
    expect(handled).toEqual([0, 1, 2, 3]);
  });

  it('let the later events of a key continue with `skip-key`', async () => {
    const { type, start } = await group(delaysOf(200, 400), 'skip-key');
    const handled: string[] = [];
    await producer.publish([0, 1, 2].map((number) => numbered(type, 'key', number)));
    start(({ data, headers }) => {
      if (data.number === 0 && headers['retry-attempts'] !== '2') throw new Error('not yet');
      handled.push(`${data.number}`);
    });
    await eventually(() => handled.length === 3);
    expect(handled).toEqual(['1', '2', '0']);
  });

  it('continue with the later events of a key, in order, only after a failing event has become a dead letter', async () => {
    const { type, start } = await group(delaysOf(150, 300));
    const deadLetters = new MemorySink();
    const seen: string[] = [];
    await producer.publish([0, 1, 2, 3].map((number) => numbered(type, 'key', number)));
    start(
      ({ data }) => {
        const isFailing = data.number % 2 === 0;
        seen.push(`${data.number}${isFailing ? ' fails' : ''}, ${deadLetters.letters.size} dead letters`);
        if (isFailing) throw new Error('never');
      },
      { deadLetters },
    );
    await eventually(() => seen.length === 8);
    expect(seen).toEqual([
      ...[
        '0 fails, 0 dead letters',
        '0 fails, 0 dead letters',
        '0 fails, 0 dead letters',
        '1, 1 dead letters',
      ],
      ...[
        '2 fails, 1 dead letters',
        '2 fails, 1 dead letters',
        '2 fails, 1 dead letters',
        '3, 2 dead letters',
      ],
    ]);
  });

  it('keep other keys available behind the long queue of a parked key', async () => {
    const { type, start, committed } = await group(delaysOf(250, 600_000));
    const handled: string[] = [];
    const long = Array.from({ length: 1_200 }, (_, number) => numbered(type, 'long', number));
    start(({ key, data, headers }) => {
      if (key === 'long') throw new Error('for ten minutes');
      if (data.number === 0 && headers['retry-attempts'] !== '1') throw new Error('not yet');
      handled.push(`${key}#${data.number}`);
    });
    await producer.publish(long);
    await eventually(async () => (await committed())[0] === '1200');
    await producer.publish([0, 1, 2].map((number) => numbered(type, 'short', number)));
    await eventually(() => handled.length === 3);
    expect(handled).toEqual(['short#0', 'short#1', 'short#2']);
  });

  it('deliver a redriven event to its group, and a second dead letter names the first', async () => {
    const delays = delaysOf(50);
    const { type, groupId, redrive, start } = await group(delays);
    const deadLetters = new MemorySink();
    const { key, value, headers } = numbered(type, 'key', 7, { id: 'event-7' });
    start(
      () => {
        throw new Error('never');
      },
      { deadLetters },
    );
    await producer.publish([
      { topic: redrive, partition: 2, key, value, headers: { ...headers, 'redrive-of': 'letter-1' } },
    ]);
    await eventually(() => deadLetters.letters.size === 1);
    expect([...deadLetters.letters.values()]).toMatchObject([
      {
        consumer: groupId,
        topic: redrive,
        partition: 2,
        eventId: 'event-7',
        attempts: 2,
        redriveOf: 'letter-1',
      },
    ]);
  });

  it('preserve the throughput of other keys while some keys fail', async () => {
    // If failing keys occupied the handlers during their delays, 6 s each, a fifth would be left. The rest is a margin.
    const LEFT_AT_LEAST = 0.6;
    const [keys, eventsOfKey] = [1_000, 8];
    const isFailing = (key: string) => Number(key) % 20 === 0;

    /**
     * Measures a group whose handler waits, so that its concurrency is the bottleneck.
     *
     * @returns events of other keys a second
     */
    const measure = async (withFailures: boolean, begin: Promise<void>): Promise<number> => {
      const { type, start } = await group(delaysOf(1_000, 5_000));
      for (let number = 0; number < eventsOfKey; number += 1) {
        await producer.publish(
          Array.from({ length: keys }, (_, key) =>
            numbered(type, `${key}`, number, { slot: Math.floor((key * 4_096) / keys) }),
          ),
        );
      }
      let [others, startedAt] = [0, 0];
      const handle = async ({ key }: IncomingEvent<Numbered>) => {
        await begin;
        startedAt ||= performance.now();
        await delay(10);
        if (withFailures && isFailing(key)) throw new Error('never');
        if (!isFailing(key)) others += 1;
      };
      start(handle, { concurrency: 4 });
      await eventually(() => others === keys * 0.95 * eventsOfKey);
      return (others * 1_000) / (performance.now() - startedAt);
    };

    // Both run at the same time, so that they have the same load on the machine.
    const begun = Promise.withResolvers<void>();
    const measured = Promise.all([measure(false, begun.promise), measure(true, begun.promise)]);
    await eventually(() => started.length === 2);
    begun.resolve();
    const [without, beside] = await measured;
    process.stdout.write(
      `events of other keys a second: ${Math.round(without)} without failures, ${Math.round(beside)} with failures, ratio ${(beside / without).toFixed(2)}\n`,
    );
    expect(beside / without).toBeGreaterThan(LEFT_AT_LEAST);
  }, 180_000);
});

function sumOf(offsets: Record<number, string>): number {
  return Object.values(offsets).reduce((sum, offset) => sum + Math.max(0, Number(offset)), 0);
}
