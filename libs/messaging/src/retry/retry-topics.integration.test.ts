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

  it('try an event again after each delay, never early, and then make it a dead letter with its whole history', async () => {
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
    await eventually(() => deadLetters.letters.size === 100, { within: 30_000 });

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
  }, 60_000);
});

function sumOf(offsets: Record<number, string>): number {
  return Object.values(offsets).reduce((sum, offset) => sum + Math.max(0, Number(offset)), 0);
}
