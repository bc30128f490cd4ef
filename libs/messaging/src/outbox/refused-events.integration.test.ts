import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { z } from 'zod';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase, sessionOf } from '../../test/test-database.ts';
import { numberedOn } from '../../test/numbered.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { appendToOutbox } from './append-to-outbox.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { listRefusedEvents, requeueRefusedEvents } from './refused-events.ts';
import { type OutboxLag, NO_RELAY_METRICS } from './relay-metrics.ts';

interface Padded {
  number: number;
  pad: string;
}

const KIB = 1_024;

describe('outbox events that are larger than the broker accepts', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let producer: KafkaEventProducer;
  let type: EventType<Padded>;
  let published: string[];
  let lag: OutboxLag | undefined;
  let errors: [fields: object, message: string][];
  let stop: (() => Promise<void>)[];

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    database = await openMessagingDatabase();
    const data = z.object({ number: z.int(), pad: z.string() });
    type = { ...numberedOn(kafka.uniqueName('padded')), data };
    await kafka.createTopic(type.topic, 2);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    published = [];
    errors = [];
    const strategy = consume(kafka, type, ({ key, data: { number } }: IncomingEvent<{ number: number }>) => {
      published.push(`${key} ${number}`);
    });
    stop = [() => strategy.close(), () => producer.close()];
  });

  afterEach(async () => {
    await Promise.all(stop.map((end) => end()));
    await database.drop();
  });

  const relay = () => {
    const started = new OutboxRelay({
      ...{
        name: 'relay',
        databaseUrl: database.url,
        producer,
        source: '/test',
        pollMs: 20,
        measureMs: 2_000,
      },
      logger: { ...SILENT, error: (fields, message) => errors.push([fields, message]) },
      metrics: { ...NO_RELAY_METRICS, waiting: (_relay, now) => (lag = now) },
    });
    started.start();
    stop.unshift(() => started.stop());
  };
  const append = (key: string, numbers: readonly number[], bytes: number, slot = 0) =>
    appendToOutbox(
      sessionOf(database.pool),
      numbers.map((number) => ({ type, key, slot, data: { number, pad: 'x'.repeat(bytes) } })),
    );
  const waiting = async () =>
    (await database.pool.query('select from outbox where refused_at is null')).rowCount;
  /** Fails while the topic has no leader yet. */
  const alterTopic = async (bytes: number) => {
    const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'test-admin', logger: SILENT });
    const admin = client.kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: type.topic, configEntries }],
    });
    await admin.disconnect();
    client.destroy();
    return true;
  };
  const limitTopicTo = (bytes: number) => eventually(() => alterTopic(bytes));

  it('are published in batches that fit, in order, when only their sum is too large', async () => {
    const numbers = Array.from({ length: 125 }, (_, number) => number);
    await append('a', numbers, 12 * KIB);
    await append('b', [1], 1, 2_048);
    relay();
    await eventually(() => published.length >= 126);
    expect(published.filter((line) => line.startsWith('a'))).toEqual(numbers.map((number) => `a ${number}`));
    await eventually(async () => (await waiting()) === 0);
    expect(lag?.refusedRows).toBe(0);
  });

  it('are set aside one by one when the topic accepts less, and all events behind them are published', async () => {
    await limitTopicTo(20 * KIB);
    await append('a', [1], 30 * KIB);
    await append('a', [2, 3], 10 * KIB);
    await append('b', [1], 30 * KIB, 2_048);
    await append('b', [2], 1, 2_048);
    relay();
    await eventually(async () => (await waiting()) === 0);
    await eventually(() => new Set(published).size === 3);
    expect([...new Set(published)].sort()).toEqual(['a 2', 'a 3', 'b 2']);
    const refused = await listRefusedEvents(sessionOf(database.pool));
    expect(refused).toMatchObject([
      { key: 'a', topic: type.topic, refusal: 'MESSAGE_TOO_LARGE' },
      { key: 'b', topic: type.topic, refusal: 'MESSAGE_TOO_LARGE' },
    ]);
    await eventually(() => lag?.refusedRows === 2 && lag.rows === 0);
    expect(errors).toMatchObject([
      [{ eventId: refused[0]?.eventId, key: 'a' }, expect.stringContaining('set aside')],
      [{ eventId: refused[1]?.eventId, key: 'b' }, expect.stringContaining('set aside')],
    ]);
  });

  it('are published once they are requeued and their topic accepts them', async () => {
    await limitTopicTo(20 * KIB);
    await append('a', [1], 30 * KIB);
    relay();
    await eventually(async () => (await waiting()) === 0);
    await limitTopicTo(100 * KIB);
    const [refused] = await listRefusedEvents(sessionOf(database.pool));
    expect(await requeueRefusedEvents(sessionOf(database.pool), [refused!.eventId])).toBe(1);
    await eventually(() => published.length === 1);
    expect(await listRefusedEvents(sessionOf(database.pool))).toEqual([]);
  });

  it.each<[string, Partial<Padded>, Record<string, string>]>([
    ['its data', { pad: 'x'.repeat(1_024 * KIB) }, {}],
    ['its data in UTF-8', { pad: '€'.repeat(400 * KIB) }, {}],
    ['its headers', {}, { note: 'x'.repeat(1_024 * KIB) }],
  ])('are rejected when they are appended: %s', async (_name, data, headers) => {
    const event = { type, key: 'a', slot: 0, data: { number: 1, pad: '', ...data }, headers };
    await expect(appendToOutbox(sessionOf(database.pool), [event])).rejects.toMatchObject({
      code: 'event-too-large',
      retryable: false,
    });
    expect(await waiting()).toBe(0);
  });

  it('are rejected when they are appended with a lower limit of their topic', async () => {
    const event = { type, key: 'a', slot: 0, data: { number: 1, pad: 'x'.repeat(30 * KIB) } };
    const options = { maxMessageBytes: 20 * KIB };
    await expect(appendToOutbox(sessionOf(database.pool), [event], options)).rejects.toMatchObject({
      code: 'event-too-large',
    });
  });
});
