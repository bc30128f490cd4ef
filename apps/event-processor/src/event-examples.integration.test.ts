import { randomUUID } from 'node:crypto';
import {
  CacheInvalidated,
  DeadLettered,
  type DeadLetterList,
  type EventType,
  OrderPlaced,
  PaymentDeclined,
  PaymentSettled,
  PriceChanged,
  SEED_PRODUCTS,
  StockRejected,
  StockReserved,
} from '@groundwork/contracts';
import { exampleOf, shapeOf } from '@groundwork/contracts/examples';
import { encodeEvent, KafkaEventProducer } from '@groundwork/messaging';
import {
  createTestDatabase,
  eventually,
  readTopic,
  startTestKafka,
  type TopicReader,
} from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logger, startEventProcessor } from '../test/start-event-processor.ts';

const PUBLISHED = [
  StockReserved,
  StockRejected,
  PaymentSettled,
  PaymentDeclined,
  CacheInvalidated,
  DeadLettered,
];

describe('the example events at event-processor', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let service: Awaited<ReturnType<typeof startEventProcessor>>;
  let producer: KafkaEventProducer;
  let readers: TopicReader[];

  beforeAll(async () => {
    [kafka, database] = await Promise.all([startTestKafka(), createTestDatabase()]);
    service = await startEventProcessor(database.url, kafka.brokers);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger });
    const topics = new Set(PUBLISHED.map(({ topic }) => topic));
    readers = await Promise.all(
      [...topics].map((topic) => readTopic(kafka.brokers, `reader-${topic}`, topic)),
    );
  });

  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.stop()));
    await producer.close();
    await service.stop();
    await Promise.all([kafka.stop(), database.drop()]);
  });

  const publish = ({ topic, type }: EventType<unknown>, key: string, data: object) => {
    const event = {
      id: randomUUID(),
      type,
      source: '/test',
      time: new Date(),
      key,
      json: JSON.stringify(data),
    };
    return producer.publish([{ topic, slot: 0, ...encodeEvent(event) }]);
  };
  const published = <Data>({ type }: EventType<Data>, key: string) =>
    eventually(() => {
      const found = readers
        .flatMap(({ messages }) => messages)
        .find((message) => String(message.key) === key && String(message.headers?.['ce_type']) === type);
      return found && (JSON.parse(String(found.value)) as Data);
    });
  const order = exampleOf(OrderPlaced);
  const orderWith = (changes: Partial<typeof order>) => {
    const orderId = String(BigInt(order.orderId) + BigInt(Math.ceil(Math.random() * 1e9)) * 4_096n);
    return { ...order, orderId, ...changes };
  };

  it('for an order lead to the example events of its stock and its payment', async () => {
    await publish(OrderPlaced, order.orderId, order);
    expect(await published(StockReserved, order.orderId)).toEqual(exampleOf(StockReserved));
    const settled = await published(PaymentSettled, order.orderId);
    expect({ ...settled, chargeId: exampleOf(PaymentSettled).chargeId }).toEqual(exampleOf(PaymentSettled));
    expect(await published(CacheInvalidated, order.orderId)).toEqual(exampleOf(CacheInvalidated));
  });

  it('for failing orders have the same shape as the published events', async () => {
    const declined = orderWith({ paymentMethod: 'test_declined' });
    const [line] = order.lines;
    const soldOut = SEED_PRODUCTS.find(({ stock }) => stock === 0)!;
    const tooMuch = orderWith({ lines: [{ ...line!, sku: soldOut.sku }] });
    await Promise.all([declined, tooMuch].map((failing) => publish(OrderPlaced, failing.orderId, failing)));
    for (const [type, { orderId }] of [
      [PaymentDeclined, declined],
      [StockRejected, tooMuch],
    ] as const) {
      expect(shapeOf(await published(type as EventType<unknown>, orderId))).toEqual(shapeOf(exampleOf(type)));
    }
  });

  it('for a price change the shown product', async () => {
    const { sku, price } = exampleOf(PriceChanged);
    await publish(PriceChanged, sku, { sku, price: { ...price, amount: price.amount + 1 } });
    expect(await published(CacheInvalidated, sku)).toEqual(exampleOf(CacheInvalidated));
  });

  it('for a dead letter is stored for review, and has the same shape as a published dead letter', async () => {
    const letter = exampleOf(DeadLettered);
    await publish(DeadLettered, letter.key ?? '', letter);
    const poison = orderWith({ paymentMethod: 'test_poison' });
    await publish(OrderPlaced, poison.orderId, poison);
    const { headers: _headers, ...own } = await published(DeadLettered, poison.orderId);
    const { headers: _others, ...example } = letter;
    expect(shapeOf(own)).toEqual(shapeOf(example));
    const list = await eventually(async () => {
      const answer = await fetch(`${service.url}/v1/admin/dead-letters?key=${letter.key ?? ''}`);
      const { items } = (await answer.json()) as DeadLetterList;
      return items.length > 0 && items;
    });
    const { errors: _errors, redriveOf: _redriveOf, ...shown } = letter;
    expect(list[0]).toMatchObject(shown);
  });
});
