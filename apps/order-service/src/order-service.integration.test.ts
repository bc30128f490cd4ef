import { randomUUID } from 'node:crypto';
import {
  allTopics,
  OrderPlaced,
  PaymentDeclined,
  PaymentSettled,
  StockRejected,
  Topics,
} from '@groundwork/contracts';
import { exampleOf, shapeOf } from '@groundwork/contracts/examples';
import { createTopics, encodeEvent, KafkaEventProducer, partitionOfSlot } from '@groundwork/messaging';
import { createLogger } from '@groundwork/service-kit';
import { slotOf } from '@groundwork/sharding';
import { eventually, readTopic, startTestKafka, type TopicReader } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from './config.ts';
import { OrderServiceClient } from '../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../test/start-order-service.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('order-service with Kafka', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let producer: KafkaEventProducer;
  let reader: TopicReader;

  beforeAll(async () => {
    kafka = await startTestKafka();
    await createTopics(kafka.brokers, allTopics(environment.shape.RETRY_DELAYS.parse(undefined)), logger);
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    service = await startOrderService({
      shardUrls: databases.map(({ url }) => url),
      brokers: kafka.brokers,
    });
    client = new OrderServiceClient(service.url);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger });
    reader = await readTopic(kafka.brokers, kafka.uniqueName('reader'), OrderPlaced.topic);
  });

  afterAll(async () => {
    await reader.stop();
    await producer.close();
    await service.stop();
    for (const database of databases) await database.drop();
    await kafka.stop();
  });

  const place = async () => {
    const { status, body } = await client.placeOrder((await client.createCustomer()).body.id);
    expect(status).toBe(201);
    return body;
  };
  const published = (orderId: string) => reader.messages.filter(({ key }) => key?.toString() === orderId);

  function publish(
    { topic, type }: { topic: string; type: string },
    orderId: string,
    data: object,
  ): Promise<void> {
    const json = JSON.stringify({ ...data, orderId });
    const event = { id: randomUUID(), type, source: '/test', time: new Date(), key: orderId, json };
    return producer.publish([{ topic, slot: slotOf(orderId), ...encodeEvent(event) }]);
  }

  it('publishes each placed order as a CloudEvent on the partition of its slot', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, place));
    for (const order of orders) {
      const message = await eventually(() => published(order.id)[0]);
      const headers = Object.fromEntries(
        Object.entries(message!.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      expect(message!.partition).toBe(partitionOfSlot(slotOf(order.id), Topics.orders.partitions));
      expect(headers).toMatchObject({
        ce_specversion: '1.0',
        ce_type: OrderPlaced.type,
        ce_source: '/order-service',
        ce_subject: order.id,
        'content-type': 'application/json',
        traceparent: expect.stringMatching(/^00-/),
      });
      const data: unknown = JSON.parse(String(message!.value));
      expect(data).toMatchObject({ orderId: order.id, total: order.total });
      expect(shapeOf(data)).toEqual(shapeOf(exampleOf(OrderPlaced)));
    }
  });

  it('confirms and rejects orders according to the example events', async () => {
    const [paid, declined, soldOut] = await Promise.all([place(), place(), place()]);
    await publish(PaymentSettled, paid.id, { ...exampleOf(PaymentSettled), amount: paid.total });
    await publish(PaymentDeclined, declined.id, exampleOf(PaymentDeclined));
    await publish(StockRejected, soldOut.id, exampleOf(StockRejected));
    const settled = (id: string) =>
      eventually(async () => {
        const { body } = await client.order(id);
        return body.status === 'pending' ? undefined : body;
      });
    expect(await settled(paid.id)).toEqual({
      ...paid,
      status: 'confirmed',
      settledAt: expect.any(String),
    });
    expect(await settled(declined.id)).toMatchObject({
      status: 'rejected',
      rejection: { code: 'payment-declined', detail: exampleOf(PaymentDeclined).detail },
    });
    expect(await settled(soldOut.id)).toMatchObject({
      status: 'rejected',
      rejection: { code: 'out-of-stock', detail: exampleOf(StockRejected).detail },
    });
  });

  it('turns an event about an unknown order into a dead letter and continues', async () => {
    const deadLetters = await readTopic(kafka.brokers, kafka.uniqueName('reader'), Topics.deadLetters.name);
    try {
      // Both events are in one slot, hence in one partition, so the second is read after the first.
      const order = await place();
      const unknown = (BigInt(order.id) + 1n).toString();
      await publish(PaymentSettled, unknown, { chargeId: 'ch_2', amount: order.total });
      await publish(PaymentSettled, order.id, { chargeId: 'ch_3', amount: order.total });
      await eventually(async () => (await client.order(order.id)).body.status === 'confirmed');
      await eventually(() => deadLetters.messages.some(({ key }) => key?.toString() === unknown));
    } finally {
      await deadLetters.stop();
    }
  });

  it('accepts orders while the broker is down, and publishes them when it is back', async () => {
    await reader.stop();
    await kafka.kill();
    const orders = await Promise.all(Array.from({ length: 5 }, place));
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);
    await kafka.restart();
    // Needs a new reader: a kafkajs consumer does not always survive the loss of its only broker.
    reader = await readTopic(kafka.brokers, kafka.uniqueName('reader'), OrderPlaced.topic);
    for (const { id } of orders) await eventually(() => published(id).length > 0);
  });
});
