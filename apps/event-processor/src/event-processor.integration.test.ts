import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DeadLetterList,
  DeadLettered,
  OrderPlaced,
  type OrderPlacedData,
  PaymentSettled,
  type ReviewedDeadLetter,
} from '@groundwork/contracts';
import { encodeEvent, KafkaEventProducer, type OutgoingMessage } from '@groundwork/messaging';
import { slotOf } from '@groundwork/sharding';
import { eventually, startTestKafka, startTestPostgres } from '@groundwork/testing';
import { randomUUID } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { aLetter } from '../test/letters.ts';
import { anOrder } from '../test/orders.ts';
import { logger, startEventProcessor } from '../test/start-event-processor.ts';
import { eventsDataSource } from './storage/events-data-source.ts';

describe('event-processor', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let service: Awaited<ReturnType<typeof startEventProcessor>>;
  let database: DataSource;
  let producer: KafkaEventProducer;
  let url: string;

  beforeAll(async () => {
    [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
    service = await startEventProcessor(postgres.url, kafka.brokers);
    url = service.url;
    database = await eventsDataSource({ url: postgres.url, poolSize: 2 }).initialize();
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger });
  });

  afterAll(async () => {
    await service.stop();
    await producer.close();
    await database.destroy();
    await Promise.all([kafka.stop(), postgres.stop()]);
  });

  const message = (order: OrderPlacedData, id: string = randomUUID()): OutgoingMessage => ({
    topic: OrderPlaced.topic,
    slot: slotOf(order.orderId),
    ...encodeEvent({
      id,
      type: OrderPlaced.type,
      source: '/order-service',
      time: new Date(),
      key: order.orderId,
      json: JSON.stringify(order),
    }),
  });
  const settled = async (orders: readonly OrderPlacedData[]) => {
    const [row] = await database.query<{ n: number }[]>(
      'select count(*)::int as n from payments where order_id = any($1)',
      [orders.map(({ orderId }) => orderId)],
    );
    return row?.n;
  };
  const deadLetters = async (query: string) =>
    (await (await fetch(`${url}/v1/admin/dead-letters?${query}`)).json()) as DeadLetterList;

  const firstLetter = (query: string) => eventually(async () => (await deadLetters(query)).items[0] ?? false);
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}/v1/admin/dead-letters/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as ReviewedDeadLetter) };
  };

  it('becomes ready when it is a member of its groups', async () => {
    await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('processes an order from placed to paid once, even when its event is published three times', async () => {
    const order = anOrder({ 'GW-0001': 2 });
    const once = message(order);
    await producer.publish([once, once, once]);
    await eventually(async () => (await settled([order])) === 1);
    await eventually(async () => (await database.query('select * from outbox')).length === 0);
    const [product] = await database.query(`select * from read_model.products where sku = 'GW-0001'`);
    expect(product).toMatchObject({ stock: 999_998 });
    expect(await database.query('select * from read_model.top_products')).toMatchObject([
      { sku: 'GW-0001', units_sold: '2' },
    ]);
    expect(await database.query('select * from payment_provider.charges')).toHaveLength(1);
  });

  it('turns a payment that can never succeed into one dead letter at once, which operators can read', async () => {
    const order = anOrder({ 'GW-0002': 1 }, 'test_poison');
    const behind = anOrder({ 'GW-0002': 1 }, 'test_flaky');
    await producer.publish([message(order), message(behind)]);
    const list = await eventually(async () => {
      const found = await deadLetters(`key=${order.orderId}`);
      return found.items.length > 0 && found;
    });
    expect(list.items).toMatchObject([
      {
        consumer: 'event-processor',
        topic: 'inventory.events',
        key: order.orderId,
        eventType: 'com.groundwork.stock.reserved.v1',
        attempts: 1,
        error: { code: 'payment-not-understood' },
      },
    ]);
    expect(JSON.parse(list.items[0]?.payload ?? '')).toMatchObject({ orderId: order.orderId });
    await eventually(async () => (await settled([behind])) === 1);
    expect((await deadLetters(`eventType=${PaymentSettled.type}`)).items).toEqual([]);
    expect((await fetch(`${url}/v1/admin/dead-letters?limit=0`)).status).toBe(400);
  });

  it('retries a failing payment after each delay, and then turns it into one dead letter', async () => {
    const order = anOrder({ 'GW-0002': 1 }, 'test_unavailable');
    await producer.publish([message(order)]);
    const list = await eventually(async () => {
      const found = await deadLetters(`key=${order.orderId}`);
      return found.items.length > 0 && found;
    });
    expect(list.items).toMatchObject([
      { topic: 'inventory.events', attempts: 4, error: { code: 'payment-provider-unavailable' } },
    ]);
  });

  it('redrives a dead letter once for ten concurrent requests; the new dead letter refers to the first one', async () => {
    const order = anOrder({ 'GW-0003': 1 }, 'test_poison');
    await producer.publish([message(order)]);
    const first = await firstLetter(`key=${order.orderId}`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(`${first.id}/redrive`, { by: 'ada' })),
    );
    expect(answers.map(({ status, letter }) => [status, letter.status])).toEqual(
      answers.map(() => [200, 'redriven']),
    );
    const second = await firstLetter(`key=${order.orderId}&status=open`);
    expect(second).toMatchObject({
      topic: 'event-processor.redrive',
      partition: first.partition,
      eventId: first.eventId,
      redriveOf: first.id,
    });
    expect((await deadLetters(`key=${order.orderId}`)).items).toHaveLength(2);
  });

  it('has the effect of an edited and redriven dead letter once', async () => {
    const order = anOrder({ 'GW-0003': 1 }, 'test_poison');
    await producer.publish([message(order)]);
    const { id, payload } = await firstLetter(`key=${order.orderId}`);
    const data = { ...(JSON.parse(payload ?? '') as object), paymentMethod: 'test_ok' };
    expect((await post(`${id}/redrive?dryRun=true`, { payload: {} })).status).toBe(422);
    expect((await post(`${id}/redrive?dryRun=true`, { payload: data })).status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(`${id}/redrive`, { payload: data })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    await eventually(async () => (await settled([order])) === 1);
    expect((await deadLetters(`key=${order.orderId}&status=open`)).items).toEqual([]);
  });

  it('pages through dead letters, newest first, and refuses invalid requests', async () => {
    const all = (await deadLetters('limit=100')).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: DeadLetterList = await deadLetters(`limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await post(`${randomUUID()}/discard`, { reason: 'nothing' })).status).toBe(404);
    expect((await post(`${all[0]}/discard`, { reason: ' ' })).status).toBe(400);
    expect((await fetch(`${url}/v1/admin/dead-letters/7`)).status).toBe(400);
    for (const query of ['key=a%00', 'from=0000-01-01T00:00:00Z']) {
      expect((await fetch(`${url}/v1/admin/dead-letters?${query}`)).status).toBe(400);
    }
    for (const text of ['\0', '\ud800']) {
      expect((await post(`${all[0]}/discard`, { reason: text })).status).toBe(400);
      expect((await post(`${all[0]}/redrive`, { by: text })).status).toBe(400);
      expect((await post('../dead-letter-redrives', { filter: { key: text } })).status).toBe(400);
      expect((await post('../dead-letter-redrives', { filter: {}, by: text })).status).toBe(400);
    }
    expect((await fetch(`${url}/v1/admin/dead-letters/stats`)).status).toBe(200);
  });

  it('stores invalid messages of the dead letters topic as dead letters', async () => {
    await producer.publish([
      {
        topic: DeadLettered.topic,
        key: 'stray',
        value: '\u0000junk',
        headers: { ce_type: DeadLettered.type },
      },
    ]);
    const impossible = aLetter({ partition: 3_000_000_000 });
    await producer.publish([
      {
        topic: DeadLettered.topic,
        slot: 0,
        ...encodeEvent({
          ...{ id: impossible.id, type: DeadLettered.type, source: '/somebody', time: new Date() },
          ...{ key: 'stray', json: JSON.stringify(impossible) },
        }),
      },
    ]);
    const list = await eventually(async () => {
      const found = await deadLetters('key=stray');
      return found.items.length === 2 && found;
    });
    const consumer = 'dead-letter-review';
    expect(list.items).toMatchObject([
      { consumer, error: { code: 'invalid-event-data' }, payload: JSON.stringify(impossible) },
      { consumer, payload: '\u0000junk' },
    ]);
  });

  it('waits while the database is down and loses nothing', async () => {
    const orders = Array.from({ length: 50 }, () => anOrder({ 'GW-0020': 1 }));
    await producer.publish(orders.slice(0, 25).map((order) => message(order)));
    await postgres.kill();
    await producer.publish(orders.slice(25).map((order) => message(order)));
    await eventually(async () => (await fetch(`${url}/health/ready`)).status === 503);
    for (const path of ['dead-letters', 'dead-letters/stats', 'dead-letter-redrives']) {
      const away = await fetch(`${url}/v1/admin/${path}`);
      expect([away.status, await away.json()]).toMatchObject([503, { code: 'unavailable', retryable: true }]);
    }
    await postgres.restart();
    database = await reconnected(database, postgres.url);
    await eventually(async () => (await settled(orders)) === 50);
    await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
    expect((await deadLetters('limit=100')).items.filter(({ topic }) => topic === OrderPlaced.topic)).toEqual(
      [],
    );
    const [product] = await database.query(`select * from read_model.products where sku = 'GW-0020'`);
    expect(product).toMatchObject({ stock: 1_000_000 - 50 });
  });

  it('resumes after the broker was killed and restarted in the middle of its work', async () => {
    const orders = Array.from({ length: 60 }, () => anOrder({ 'GW-0030': 1 }));
    await producer.publish(orders.slice(0, 30).map((order) => message(order)));
    await kafka.kill();
    await kafka.restart();
    await eventually(() =>
      producer.publish(orders.slice(30).map((order) => message(order))).then(() => true),
    );
    await eventually(async () => (await settled(orders)) === 60);
    const [sales] = await database.query(`select * from read_model.top_products where sku = 'GW-0030'`);
    expect(sales).toMatchObject({ units_sold: '60' });
  });
});

async function reconnected(dead: DataSource, url: string): Promise<DataSource> {
  await dead.destroy();
  return eventsDataSource({ url, poolSize: 2 }).initialize();
}
