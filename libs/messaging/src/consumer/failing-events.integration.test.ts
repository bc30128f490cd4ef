import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RetryPolicy } from '@groundwork/dlq';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink } from '../../test/test-consumer.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';

class Refused extends Error {
  readonly code = 'refused';

  constructor(
    readonly retryable: boolean,
    readonly infrastructure = false,
  ) {
    super('refused');
  }
}

describe('a failing event', () => {
  let kafka: TestKafka;
  let group: NumberedGroup;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  it('blocks its own key while the other keys continue', async () => {
    const handled: string[] = [];
    let failing = true;
    const sink = new MemorySink();
    await group.producer.publish([
      numbered(group.type, 'bad', 0),
      numbered(group.type, 'bad', 1),
      ...Array.from({ length: 50 }, (_, number) => numbered(group.type, `good-${number}`, number)),
    ]);
    group.start(
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
    expect((await group.committed())[0]).toBe('0');
    failing = false;
    await eventually(() => handled.length === 52);
    expect(handled.slice(50)).toEqual(['bad#0', 'bad#1']);
    await eventually(async () => (await group.committed())[0] === '52');
    expect(sink.letters.size).toBe(0);
  });

  it('becomes one dead letter after its last attempt, then its key continues', async () => {
    const sink = new MemorySink();
    const handled: number[] = [];
    let attempts = 0;
    await group.producer.publish([
      numbered(group.type, 'key', 0, { id: 'event-0' }),
      numbered(group.type, 'key', 1),
    ]);
    group.start(
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
        consumer: group.groupId,
        topic: group.type.topic,
        partition: 0,
        offset: '0',
        key: 'key',
        eventId: 'event-0',
        eventType: group.type.type,
        attempts: 3,
        error: { code: 'refused', message: 'refused' },
        payload: '{"number":0}',
      },
    ]);
  });

  it('becomes a dead letter at once when it is a tombstone or undecodable; types without a handler are skipped', async () => {
    const sink = new MemorySink();
    const handled: number[] = [];
    const valid = numbered(group.type, 'key', 7);
    await group.producer.publish([
      { ...valid, value: 'no json' },
      { ...valid, value: '{"number":"seven"}' },
      { ...valid, headers: {} },
      { ...valid, headers: { ...valid.headers, ce_type: 'com.groundwork.test.other.v1' } },
      valid,
    ]);
    await publishTombstone();
    group.start((event) => void handled.push(event.data.number), { deadLetters: sink });
    await eventually(async () => (await group.committed())[0] === '6');
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

  it('holds its offset until its dead letter is stored, and is not handled again meanwhile', async () => {
    const sink = new MemorySink();
    sink.failing = true;
    let attempts = 0;
    await group.producer.publish([numbered(group.type, 'key', 0), numbered(group.type, 'key', 1)]);
    group.start(
      (event) => {
        if (event.data.number === 0) {
          attempts += 1;
          throw new Refused(false);
        }
      },
      { deadLetters: sink },
    );
    await eventually(() => sink.puts >= 3);
    expect((await group.committed())[0]).toBe('0');
    sink.failing = false;
    await eventually(async () => (await group.committed())[0] === '2');
    expect(sink.letters.size).toBe(1);
    expect(attempts).toBe(1);
  });

  it('waits for infrastructure without using attempts, while other partitions continue', async () => {
    const sink = new MemorySink();
    const handled: string[] = [];
    let away = true;
    let refusals = 0;
    await group.producer.publish([
      ...Array.from({ length: 20 }, (_, number) => numbered(group.type, `a-${number}`, number, { slot: 0 })),
      ...Array.from({ length: 20 }, (_, number) =>
        numbered(group.type, `b-${number}`, number, { slot: 1_024 }),
      ),
    ]);
    group.start(
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
    expect((await group.committed())[0]).toBe('0');
    away = false;
    await eventually(async () => (await group.committed())[0] === '20');
    expect(handled).toHaveLength(40);
    expect(sink.letters.size).toBe(0);
  });

  async function publishTombstone(): Promise<void> {
    const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    const raw = client.kafka.producer();
    await raw.connect();
    await raw.send({ topic: group.type.topic, messages: [{ key: 'key', value: null, partition: 0 }] });
    await raw.disconnect();
    client.destroy();
  }
});
