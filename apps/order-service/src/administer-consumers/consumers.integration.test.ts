import { randomUUID } from 'node:crypto';
import {
  allTopics,
  type Consumer,
  type PausedConsumer,
  PaymentSettled,
  type Problem,
} from '@groundwork/contracts';
import { exampleOf } from '@groundwork/contracts/examples';
import { createTopics, encodeEvent, KafkaEventProducer, migrateDatabase } from '@groundwork/messaging';
import { createLogger } from '@groundwork/service-kit';
import { slotOf } from '@groundwork/sharding';
import { eventually, startTestKafka, startTestPostgres } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../config.ts';
import { directoryDataSource } from '../storage/directory/directory-data-source.ts';
import { writeDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('the consumer of order-service, administered by operators', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof startTestPostgres>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let producer: KafkaEventProducer;

  beforeAll(async () => {
    kafka = await startTestKafka();
    await createTopics(kafka.brokers, allTopics(environment.shape.RETRY_DELAYS.parse(undefined)), logger);
    database = await createShardDatabase();
    directory = await startTestPostgres();
    await migrateDatabase(directoryDataSource(directory.url));
    await writeDirectory(directory.url, shardsOf([database.url]));
    service = await startOrderService({
      shardUrls: [database.url],
      directoryUrl: directory.url,
      brokers: kafka.brokers,
    });
    client = new OrderServiceClient(service.url);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger });
  });

  afterAll(async () => {
    await producer.close();
    await service.stop();
    await database.drop();
    await directory.stop();
    await kafka.stop();
  });

  const path = '/v1/admin/consumers/order-service';
  const read = async () => (await client.get<Consumer>(path)).body;
  const change = (what: string, body: object) =>
    client.post<PausedConsumer & Problem>(`${path}/${what}`, body);
  const paid = async () => {
    const order = (await client.placeOrder((await client.createCustomer()).body.id)).body;
    const json = JSON.stringify({ ...exampleOf(PaymentSettled), orderId: order.id, amount: order.total });
    const { topic, type } = PaymentSettled;
    const event = { id: randomUUID(), type, source: '/test', time: new Date(), key: order.id, json };
    await producer.publish([{ topic, slot: slotOf(order.id), ...encodeEvent(event) }]);
    return order.id;
  };
  const statusOf = async (id: string) => (await client.order(id)).body.status;
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  const pausedPartitions = async () =>
    Number(/^consumer_paused_partitions\{group="order-service"\} (\d+)$/m.exec(await metrics())?.[1]);

  it('keeps orders pending while its topic is paused, also while the directory is down, and settles them after the resume', async () => {
    const topic = PaymentSettled.topic;
    const { body } = await change('pause', { topic, reason: 'a test', by: 'ada' });
    expect(body).toMatchObject({ changed: true, pauses: [{ topic, reason: 'a test', by: 'ada' }] });
    await eventually(async () => (await pausedPartitions()) === 8);
    const id = await paid();
    await eventually(async () => (await read()).lag === '1');

    await directory.kill();
    const away = await change('resume', { topic });
    expect([away.status, away.body.code, away.body.retryable]).toEqual([503, 'directory-unavailable', true]);
    expect(await client.get(path)).toMatchObject({ status: 200, body: { pauses: null } });
    expect([await statusOf(id), await pausedPartitions()]).toEqual(['pending', 8]);
    await directory.restart();

    const resumed = await eventually(async () => {
      const answer = await change('resume', { topic });
      return answer.status === 200 && answer;
    });
    expect(resumed.body).toMatchObject({ changed: true, pauses: [] });
    await eventually(async () => (await statusOf(id)) === 'confirmed');
    await eventually(async () => (await read()).lag === '0');
    expect(await metrics()).toContain(
      `event_deliveries_total{type="${PaymentSettled.type}",outcome="processed"} 1`,
    );
  });

  it('is the only group that this service pauses, and only for topics that it consumes', async () => {
    const unknown = await client.get<Problem>('/v1/admin/consumers/nobody');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not-found']);
    const elsewhere = await client.post<Problem>('/v1/admin/consumers/event-processor/pause', {
      reason: 'a test',
    });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'consumer-not-pausable' } });
    expect(elsewhere.body.detail).toContain('these groups can: order-service');
    const { status, body } = await change('pause', { topic: 'orders.events', reason: 'a test' });
    expect([status, body.code]).toEqual([422, 'unknown-topic']);
    expect(body.detail).toContain('inventory.events');
  });
});
