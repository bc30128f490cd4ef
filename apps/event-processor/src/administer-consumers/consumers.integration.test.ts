import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Consumer,
  type ConsumerList,
  OrderPlaced,
  type OrderPlacedData,
  type PausedConsumer,
  type Problem,
} from '@groundwork/contracts';
import { encodeEvent, KafkaEventProducer } from '@groundwork/messaging';
import { slotOf } from '@groundwork/sharding';
import { eventually, startTestKafka, startTestPostgres } from '@groundwork/testing';
import { randomUUID } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { anOrder } from '../../test/orders.ts';
import { logger, startEventProcessor } from '../../test/start-event-processor.ts';
import { eventsDataSource } from '../storage/events-data-source.ts';

type Answer<Body> = Body & Pick<Problem, 'code' | 'detail' | 'retryable'> & { readonly httpStatus: number };

describe('the consumers of event-processor', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let service: Awaited<ReturnType<typeof startEventProcessor>>;
  let database: DataSource;
  let producer: KafkaEventProducer;

  beforeAll(async () => {
    [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
    service = await startEventProcessor(postgres.url, kafka.brokers);
    database = await eventsDataSource({ url: postgres.url, poolSize: 2 }).initialize();
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger });
  });

  afterAll(async () => {
    await service.stop();
    await producer.close();
    await database.destroy();
    await Promise.all([kafka.stop(), postgres.stop()]);
  });

  const ask = async <Body = Consumer>(path = '', body?: object): Promise<Answer<Body>> => {
    const response = await fetch(`${service.url}/v1/admin/consumers${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { ...((await response.json()) as Answer<Body>), httpStatus: response.status };
  };
  const place = (...orders: readonly OrderPlacedData[]) =>
    producer.publish(
      orders.map((order) => ({
        topic: OrderPlaced.topic,
        slot: slotOf(order.orderId),
        ...encodeEvent({
          id: randomUUID(),
          type: OrderPlaced.type,
          source: '/order-service',
          time: new Date(),
          key: order.orderId,
          json: JSON.stringify(order),
        }),
      })),
    );
  const settled = async () =>
    (await database.query<{ n: number }[]>('select count(*)::int as n from payments'))[0]?.n;
  const gaugeOf = async (group: string) => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    return new RegExp(`^consumer_paused_partitions\\{group="${group}"\\} (\\d+)$`, 'm').exec(metrics)?.[1];
  };
  const health = async (kind: string) => (await fetch(`${service.url}/health/${kind}`)).status;

  it('are paused by an operator and stay healthy, and resume on request', async () => {
    await eventually(async () => (await health('ready')) === 200);
    const wish = { reason: 'the provider is being moved', by: 'ada' };
    const paused = await ask<PausedConsumer>('/event-processor/pause', wish);
    expect(paused).toEqual({
      httpStatus: 200,
      group: 'event-processor',
      changed: true,
      pauses: [{ topic: null, ...wish, at: expect.any(String) }],
    });
    const partitions = (await ask('/event-processor')).topics.flatMap((topic) => topic.partitions).length;
    await eventually(async () => (await gaugeOf('event-processor')) === String(partitions));
    await place(...Array.from({ length: 20 }, () => anOrder({ 'GW-0001': 1 })));
    const consumer = await ask('/event-processor');
    expect(consumer).toMatchObject({ state: 'stable', members: 1, lag: '20', pauses: paused.pauses });
    const { items } = await ask<ConsumerList>();
    expect(items.find(({ group }) => group === 'event-processor')).toMatchObject({
      lag: '20',
      pauses: paused.pauses,
    });
    expect(items.find(({ group }) => group === 'order-service')).toMatchObject({ pauses: null });
    expect([await settled(), await health('ready'), await health('live')]).toEqual([0, 200, 200]);
    expect(await gaugeOf('dead-letter-review')).toBe('0');

    expect(await ask<PausedConsumer>('/event-processor/resume', { by: 'ada' })).toMatchObject({
      changed: true,
      pauses: [],
    });
    await eventually(async () => (await settled()) === 20);
    await eventually(async () => (await ask('/event-processor')).lag === '0');
    expect(await gaugeOf('event-processor')).toBe('0');
  });

  it('answer a wrong group or topic with a problem document that lists the existing ones', async () => {
    const reason = 'a test';
    expect(await ask('/no-such-group')).toMatchObject({
      httpStatus: 404,
      code: 'not-found',
      detail:
        'There is no consumer group no-such-group; there are dead-letter-review, event-processor, order-service.',
    });
    expect(await ask('/no-such-group/pause', { reason })).toMatchObject({ httpStatus: 404 });
    expect(await ask('/order-service/pause', { reason })).toMatchObject({
      httpStatus: 409,
      code: 'consumer-not-pausable',
    });
    const unknown = await ask('/dead-letter-review/pause', { topic: 'orders.events', reason });
    expect(unknown).toMatchObject({
      httpStatus: 422,
      code: 'unknown-topic',
      detail: 'dead-letter-review does not read the topic orders.events; it reads dead-letters.',
    });
    for (const body of [{}, { reason: ' ' }, { reason: '\0' }, { reason, topics: ['orders.events'] }]) {
      expect(await ask('/event-processor/pause', body)).toMatchObject({ httpStatus: 400 });
    }
    expect((await ask('/event-processor')).pauses).toEqual([]);
  });

  it('answer with a retryable problem while Kafka or the database is down', async () => {
    await kafka.kill();
    for (const path of ['', '/event-processor']) {
      expect(await ask(path)).toMatchObject({
        httpStatus: 503,
        code: 'broker-unavailable',
        retryable: true,
      });
    }
    await kafka.restart();
    await eventually(async () => (await ask('/event-processor')).httpStatus === 200);
    await postgres.kill();
    const refused = await ask('/event-processor/pause', { reason: 'a test' });
    expect(refused).toMatchObject({ httpStatus: 503, code: 'unavailable', retryable: true });
    expect(await ask('/event-processor')).toMatchObject({ httpStatus: 200, pauses: null });
    await postgres.restart();
    database = await reconnected(database, postgres.url);
    await eventually(async () => (await ask('/event-processor')).pauses?.length === 0);
  });
});

async function reconnected(lost: DataSource, url: string): Promise<DataSource> {
  await lost.destroy();
  return eventsDataSource({ url, poolSize: 2 }).initialize();
}
