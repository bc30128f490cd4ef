import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { RetryPolicy } from '@groundwork/dlq';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { committedOffsets, consume, MemorySink } from '../../test/test-consumer.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { type KafkaStrategy } from './kafka.strategy.ts';

class Refused extends Error {
  readonly code = 'refused';

  constructor(
    readonly retryable: boolean,
    readonly infrastructure = false,
  ) {
    super('refused');
  }
}

describe('the Kafka strategy', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let groupId: string;
  const started: KafkaStrategy[] = [];

  const start = (
    ...args: Parameters<typeof consume> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) => {
    const [handler, options] = args;
    const strategy = consume(kafka, type, handler, { groupId, ...options });
    started.push(strategy);
    return strategy;
  };
  const committed = () => committedOffsets(kafka, groupId, type.topic);

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    await kafka.createTopic(type.topic, 4);
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((strategy) => strategy.close()));
    await producer.close();
  });

  it('handles the events of a key in order and those of other keys beside it', async () => {
    const seen: string[] = [];
    let running = 0;
    let atOnce = 0;
    await producer.publish(
      Array.from({ length: 300 }, (_, index) => numbered(type, `key-${index % 10}`, Math.floor(index / 10))),
    );
    start(async (event) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      // The earlier of a key take longer: without lanes the later would overtake them.
      for (let turn = event.data.number; turn < 30; turn += 1)
        await new Promise((done) => setImmediate(done));
      running -= 1;
      seen.push(`${event.key}#${event.data.number}`);
    });
    await eventually(() => seen.length === 300);
    for (let key = 0; key < 10; key += 1) {
      const ofKey = seen.filter((one) => one.startsWith(`key-${key}#`));
      expect(ofKey).toEqual(Array.from({ length: 30 }, (_, number) => `key-${key}#${number}`));
    }
    expect(atOnce).toBeGreaterThan(5);
    await eventually(async () => (await committed())[0] === '300');
  });

  it('lets a failing key wait and the other keys go on', async () => {
    const handled: string[] = [];
    let failing = true;
    const sink = new MemorySink();
    await producer.publish([
      numbered(type, 'bad', 0),
      numbered(type, 'bad', 1),
      ...Array.from({ length: 50 }, (_, number) => numbered(type, `good-${number}`, number)),
    ]);
    start(
      (event) => {
        if (event.key === 'bad' && event.data.number === 0 && failing) throw new Refused(true);
        handled.push(`${event.key}#${event.data.number}`);
      },
      {
        deadLetters: sink,
        retryPolicy: new RetryPolicy({
          attempts: 100,
          backoff: { firstMs: 20, factor: 1, maxMs: 20, jitter: 0 },
        }),
      },
    );
    await eventually(() => handled.length === 50);
    expect(handled).not.toContain('bad#1');
    expect((await committed())[0]).toBe('-1');
    failing = false;
    await eventually(() => handled.length === 52);
    expect(handled.slice(50)).toEqual(['bad#0', 'bad#1']);
    await eventually(async () => (await committed())[0] === '52');
    expect(sink.letters.size).toBe(0);
  });

  it('makes a dead letter of an event that never succeeds, once, and goes on with its key', async () => {
    const sink = new MemorySink();
    const handled: number[] = [];
    let attempts = 0;
    await producer.publish([numbered(type, 'key', 0, { id: 'event-0' }), numbered(type, 'key', 1)]);
    start(
      (event) => {
        if (event.data.number === 0) {
          attempts += 1;
          throw new Refused(true);
        }
        handled.push(event.data.number);
      },
      { deadLetters: sink },
    );
    await eventually(() => handled.length === 1);
    expect(attempts).toBe(3);
    expect([...sink.letters.values()]).toMatchObject([
      {
        consumer: groupId,
        topic: type.topic,
        partition: 0,
        offset: '0',
        key: 'key',
        eventId: 'event-0',
        eventType: type.type,
        attempts: 3,
        error: { code: 'refused', message: 'refused' },
        payload: '{"number":0}',
      },
    ]);
  });

  it('makes dead letters of tombstones and undecodable messages at once, and skips types nobody handles', async () => {
    const sink = new MemorySink();
    const handled: number[] = [];
    const valid = numbered(type, 'key', 7);
    await producer.publish([
      { ...valid, value: 'no json' },
      { ...valid, value: '{"number":"seven"}' },
      { ...valid, headers: {} },
      { ...valid, headers: { ...valid.headers, ce_type: 'com.groundwork.test.other.v1' } },
      valid,
    ]);
    await publishTombstone();
    start((event) => void handled.push(event.data.number), { deadLetters: sink });
    await eventually(async () => (await committed())[0] === '6');
    expect(handled).toEqual([7]);
    expect(
      [...sink.letters.values()].map(({ offset, error, attempts, payload }) => [
        offset,
        error.code,
        attempts,
        payload,
      ]),
    ).toEqual([
      ['0', 'malformed-event-data', 1, 'no json'],
      ['1', 'invalid-event-data', 1, '{"number":"seven"}'],
      ['2', 'not-a-cloud-event', 1, '{"number":7}'],
      ['5', 'tombstone', 1, null],
    ]);
  });

  it('does not pass an event whose dead letter cannot be put, and puts it without handling it again', async () => {
    const sink = new MemorySink();
    sink.failing = true;
    let attempts = 0;
    await producer.publish([numbered(type, 'key', 0), numbered(type, 'key', 1)]);
    start(
      (event) => {
        if (event.data.number === 0) {
          attempts += 1;
          throw new Refused(false);
        }
      },
      { deadLetters: sink },
    );
    await eventually(() => sink.puts >= 3);
    expect((await committed())[0]).toBe('-1');
    sink.failing = false;
    await eventually(async () => (await committed())[0] === '2');
    expect(sink.letters.size).toBe(1);
    expect(attempts).toBe(1);
  });

  it('waits for infrastructure at no cost of attempts while other partitions go on', async () => {
    const sink = new MemorySink();
    const handled: string[] = [];
    let away = true;
    let refusals = 0;
    await producer.publish([
      ...Array.from({ length: 20 }, (_, number) => numbered(type, `a-${number}`, number, { slot: 0 })),
      ...Array.from({ length: 20 }, (_, number) => numbered(type, `b-${number}`, number, { slot: 1_024 })),
    ]);
    start(
      (event) => {
        if (event.partition === 0 && away) {
          refusals += 1;
          throw new Refused(true, true);
        }
        handled.push(event.key);
      },
      { deadLetters: sink, concurrency: 2 },
    );
    await eventually(() => refusals >= 10 && handled.length === 20);
    expect(handled.every((key) => key.startsWith('b-'))).toBe(true);
    expect((await committed())[0]).toBe('-1');
    away = false;
    await eventually(async () => (await committed())[0] === '20');
    expect(handled).toHaveLength(40);
    expect(sink.letters.size).toBe(0);
  });

  it('commits nothing beyond an event in flight, and a successor begins there', async () => {
    let release!: () => void;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const first: number[] = [];
    await producer.publish(
      Array.from({ length: 20 }, (_, number) => numbered(type, `key-${number}`, number)),
    );
    const strategy = start(
      async (event) => {
        if (event.data.number === 5) await blocked;
        first.push(event.data.number);
      },
      { drainLimitMs: 100 },
    );
    await eventually(() => first.length === 19);
    await eventually(async () => (await committed())[0] === '5');
    await strategy.close();
    const second: number[] = [];
    start((event) => void second.push(event.data.number));
    await eventually(() => second.length === 15);
    expect(second.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => index + 5));
    release();
  });

  it('drains what is in flight when it closes, commits it and starts nothing more', async () => {
    const handled: number[] = [];
    let begun = 0;
    await producer.publish(Array.from({ length: 100 }, (_, number) => numbered(type, 'key', number)));
    let release!: () => void;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const strategy = start(async (event) => {
      begun += 1;
      if (event.data.number === 3) await blocked;
      handled.push(event.data.number);
    });
    await eventually(() => begun === 4);
    const closing = strategy.close();
    release();
    await closing;
    expect(handled).toEqual([0, 1, 2, 3]);
    expect((await committed())[0]).toBe('4');
  });

  it('shares partitions with a second member within seconds and loses nothing on the way', async () => {
    const counts = new Map<number, number>();
    const count = (number: number) => counts.set(number, (counts.get(number) ?? 0) + 1);
    const one = start((event) => void count(event.data.number));
    await eventually(() => one.expectMember().then(() => true));
    let sent = 0;
    const send = async () => {
      const batch = Array.from({ length: 40 }, () =>
        numbered(type, `key-${sent}`, sent++, { slot: (sent * 37) % 4_096 }),
      );
      await producer.publish(batch);
    };
    await send();
    const before = Date.now();
    const two = start((event) => void count(event.data.number));
    while (!(await isMember(two))) await send();
    expect(Date.now() - before).toBeLessThan(5_000);
    await send();
    await two.close();
    await send();
    await eventually(() => counts.size === sent);
  });

  const isMember = (strategy: KafkaStrategy) =>
    strategy.expectMember().then(
      () => true,
      () => false,
    );

  async function publishTombstone(): Promise<void> {
    const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    const raw = client.kafka.producer();
    await raw.connect();
    await raw.send({ topic: type.topic, messages: [{ key: 'key', value: null, partition: 0 }] });
    await raw.disconnect();
    client.destroy();
  }
});
