import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { committedOffsets, consumeBatches, MemorySink } from '../../test/test-consumer.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { type EventBatch } from '../events/event-batch.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type KafkaStrategy, type KafkaStrategyOptions } from './kafka.strategy.ts';

const LIMIT = 50;

describe('a batch handler', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let strategies: KafkaStrategy[];

  beforeAll(async () => {
    kafka = await testKafka();
  });
  beforeEach(async () => {
    type = numberedOn(kafka.uniqueName('numbered'));
    await kafka.createTopic(type.topic, 4);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    strategies = [];
  });
  afterEach(async () => {
    await Promise.all(strategies.map((strategy) => strategy.close()));
    await producer.close();
  });

  const consume = (
    handler: (batch: EventBatch<Numbered>) => Promise<void> | void,
    options: Partial<KafkaStrategyOptions> = {},
  ) => {
    strategies.push(consumeBatches(kafka, type, LIMIT, handler, options));
  };
  const events = (count: number) =>
    Array.from({ length: count }, (_, n) => numbered(type, `key-${n % 20}`, n, { slot: (n % 20) * 200 }));
  const numbersOf = ({ events: all }: EventBatch<Numbered>) => all.map(({ data }) => data.number);
  /** Expects that each event was handled once, and the events of a key in order. */
  const expectInOrder = (handled: readonly number[], count: number) => {
    expect([...handled].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
    for (let key = 0; key < 20; key += 1) {
      const ofKey = handled.filter((n) => n % 20 === key);
      expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
    }
  };

  it('receives many events at once, up to its limit, with the events of a key in order', async () => {
    await producer.publish(events(2_000));
    const batches: number[][] = [];
    consume((batch) => void batches.push(numbersOf(batch)));
    await eventually(() => batches.flat().length === 2_000);
    expectInOrder(batches.flat(), 2_000);
    expect(Math.max(...batches.map(({ length }) => length))).toBe(LIMIT);
    expect(batches.length).toBeLessThan(200);
  });

  it('receives a failed batch again event by event: the faulty event becomes a dead letter, the others are handled', async () => {
    const deadLetters = new MemorySink();
    const handled: number[] = [];
    await producer.publish(events(400));
    const groupId = kafka.uniqueName('group');
    consume(
      (batch) => {
        if (numbersOf(batch).includes(107)) throw new Error('not this one');
        handled.push(...numbersOf(batch));
      },
      { deadLetters, groupId },
    );
    await eventually(() => handled.length === 399 && deadLetters.letters.size === 1);
    expect([...deadLetters.letters.values()]).toMatchObject([{ attempts: 3, payload: '{"number":107}' }]);
    expect(new Set(handled).size).toBe(399);
  });

  it('keeps the order of a key while one of its events is retried', async () => {
    const handled: number[] = [];
    let failures = 0;
    await producer.publish(events(400));
    consume((batch) => {
      if (numbersOf(batch).includes(107) && (failures += 1) < 3) throw new Error('later');
      handled.push(...numbersOf(batch));
    });
    await eventually(() => handled.length === 400);
    expectInOrder(handled, 400);
  });

  it('waits for infrastructure with the whole batch, without using attempts', async () => {
    const away = Object.assign(new Error('away'), { retryable: true, infrastructure: true });
    const deadLetters = new MemorySink();
    const handled: number[] = [];
    let refusals = 0;
    await producer.publish(events(200));
    consume(
      (batch) => {
        if ((refusals += 1) <= 20) throw away;
        handled.push(...numbersOf(batch));
      },
      { deadLetters },
    );
    await eventually(() => handled.length === 200);
    expectInOrder(handled, 200);
    expect(deadLetters.letters.size).toBe(0);
  });

  it('does not receive undecodable messages, which become dead letters', async () => {
    const deadLetters = new MemorySink();
    const handled: number[] = [];
    const [broken, ...others] = events(100);
    await producer.publish([{ ...broken!, value: '{"number":"one"}' }, ...others]);
    consume((batch) => void handled.push(...numbersOf(batch)), { deadLetters });
    await eventually(() => handled.length === 99 && deadLetters.letters.size === 1);
    expect([...deadLetters.letters.values()][0]?.error.code).toBe('invalid-event-data');
  });

  it('commits the offsets of the events it has handled', async () => {
    const groupId = kafka.uniqueName('group');
    let handled = 0;
    await producer.publish(events(100));
    consume((batch) => void (handled += batch.size), { groupId });
    await eventually(() => handled === 100);
    await eventually(async () => {
      const offsets = Object.values(await committedOffsets(kafka, groupId, type.topic));
      return offsets.reduce((sum, offset) => sum + Math.max(0, Number(offset)), 0) === 100;
    });
  });
});
