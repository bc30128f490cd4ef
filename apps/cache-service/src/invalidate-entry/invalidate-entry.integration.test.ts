import { randomUUID } from 'node:crypto';
import { CacheHeartbeat, CacheInvalidated, type EventType, Topics } from '@groundwork/contracts';
import { exampleOf, shapeOf } from '@groundwork/contracts/examples';
import { createTopics, encodeEvent, KafkaEventProducer } from '@groundwork/messaging';
import { createLogger } from '@groundwork/service-kit';
import { eventually, readTopic, startTestKafka, startTestRedis } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEventsDatabase } from '../../test/events-database.ts';
import { type RunningCacheService, startCacheService } from '../../test/start-cache-service.ts';

describe('invalidation of cached entries', () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  let database: Awaited<ReturnType<typeof createEventsDatabase>>;
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  let log: Awaited<ReturnType<typeof startTestRedis>>;
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let producer: KafkaEventProducer;
  let replicas: RunningCacheService[] = [];

  const start = () =>
    startCacheService({
      ...{ databaseUrl: database.url, redisUrl: redis.url, logUrl: log.url },
      brokers: kafka.brokers,
    });
  const startReplicas = async () => {
    replicas = await Promise.all([start(), start()]);
    await eventually(async () => (await Promise.all(replicas.map(hears))).every(Boolean));
  };
  const stopReplicas = () => Promise.all(replicas.splice(0).map((replica) => replica.close()));
  const stockIn = async (replica: RunningCacheService, sku = 'GW-0001') =>
    (await replica.get(`/v1/products/${sku}`)).body['stock'];
  const publish = (json: string, { topic, type } = CacheInvalidated as EventType<unknown>) =>
    producer.publish([
      {
        topic,
        ...encodeEvent({
          id: randomUUID(),
          type,
          source: '/test',
          time: new Date(),
          key: '1',
          json,
        }),
      },
    ]);
  const changeStock = async (stock: number, sku = 'GW-0001') => {
    await database.setStock(sku, stock);
    await publish(JSON.stringify({ tags: [`product:${sku}`, 'products'] }));
  };

  beforeAll(async () => {
    [database, redis, log, kafka] = await Promise.all([
      createEventsDatabase(),
      startTestRedis(),
      startTestRedis({ persistent: true, args: ['--appendfsync', 'always'] }),
      startTestKafka(),
    ]);
    await createTopics(kafka.brokers, [Topics.cacheInvalidations], logger);
    producer = new KafkaEventProducer({
      brokers: kafka.brokers,
      clientId: 'test',
      logger,
    });
    await startReplicas();
  });
  afterAll(async () => {
    await stopReplicas();
    await producer.close();
    await Promise.all([database.drop(), redis.stop(), log.stop(), kafka.stop()]);
  });

  it('reaches the L1 of every process, and L2', async () => {
    for (const replica of replicas) expect(await stockIn(replica)).toBe(10);
    await changeStock(9);
    for (const replica of replicas) await eventually(async () => (await stockIn(replica)) === 9);
  });

  it('accepts the example events, and publishes heartbeats of the same shape', async () => {
    await publish(JSON.stringify(exampleOf(CacheHeartbeat)), CacheHeartbeat);
    await database.setStock('GW-0001', 3);
    await publish(JSON.stringify(exampleOf(CacheInvalidated)));
    for (const replica of replicas) await eventually(async () => (await stockIn(replica)) === 3);
    const reader = await readTopic(kafka.brokers, kafka.uniqueName('reader'), CacheHeartbeat.topic);
    const own = await eventually(() =>
      reader.messages.find(
        ({ headers }) =>
          String(headers?.['ce_type']) === CacheHeartbeat.type &&
          String(headers?.['ce_source']) === '/cache-service',
      ),
    );
    await reader.stop();
    expect(shapeOf(JSON.parse(String(own?.value)))).toEqual(shapeOf(exampleOf(CacheHeartbeat)));
  });

  it('keeps entries that the change does not affect', async () => {
    const [replica] = replicas as [RunningCacheService];
    await replica.get('/v1/sales/top-products');
    await replica.get('/v1/products/GW-0002');
    await changeStock(8);
    await eventually(async () => (await stockIn(replica)) === 8);
    expect((await replica.get('/v1/sales/top-products')).cacheStatus).toContain('hit');
    expect((await replica.get('/v1/products/GW-0002')).cacheStatus).toContain('hit');
  });

  it('takes effect even if it was published while no process was running', async () => {
    for (const replica of replicas) await stockIn(replica);
    await stopReplicas();
    await changeStock(7);
    await startReplicas();
    for (const replica of replicas) expect(await stockIn(replica)).toBe(7);
  });

  it('keeps L2 during a rolling restart', async () => {
    for (const replica of replicas) await stockIn(replica);
    // No invalidation is published: an entry of L2 shows the earlier stock.
    await database.setStock('GW-0001', 70);
    for (const index of [0, 1]) {
      await replicas[index]?.close();
      const next = await start();
      replicas[index] = next;
      await eventually(() => hears(next));
      const answer = await next.get('/v1/products/GW-0001');
      expect([answer.body['stock'], answer.cacheStatus]).toEqual([7, expect.stringMatching('detail=l2')]);
    }
    await publish(JSON.stringify({ tags: ['product:GW-0001'] }));
    for (const replica of replicas) await eventually(async () => (await stockIn(replica)) === 70);
  });

  it('has to be received before a new process reads L2', async () => {
    await stockIn(replicas[0] as RunningCacheService);
    // No invalidation is published, as if the process had missed it.
    await database.setStock('GW-0001', 6);
    const starting = await startCacheService({ databaseUrl: database.url, redisUrl: redis.url });
    // An edge must not keep what this process cannot invalidate.
    for (const cacheStatus of ['miss', 'hit']) {
      const { body, headers, ...answer } = await starting.get('/v1/products/GW-0001');
      expect([body['stock'], headers.get('cache-control')]).toEqual([6, 'no-cache']);
      expect(answer.cacheStatus).toContain(cacheStatus);
    }
    await starting.close();
  });

  it('works on L1 while Redis is paused, and L2 serves no stale entry afterwards', async () => {
    await changeStock(5);
    for (const replica of replicas) await eventually(async () => (await stockIn(replica)) === 5);
    redis.pause();
    await changeStock(4);
    for (const replica of replicas) await eventually(async () => (await stockIn(replica)) === 4);
    redis.resume();
    await eventually(async () => {
      for (const replica of replicas) expect(await stockIn(replica)).toBe(4);
      return (await replicas[0]?.get('/health/ready'))?.body['status'] === 'ok';
    });
  });

  it('that is unreadable makes every process clear its cache', async () => {
    const [replica] = replicas as [RunningCacheService];
    await stockIn(replica, 'GW-0002');
    await database.setStock('GW-0002', 1);
    await publish('{"tags":"not a list"}');
    await eventually(async () => (await stockIn(replica, 'GW-0002')) === 1);
    const counted = `event_deliveries_total{type="${CacheInvalidated.type}",outcome="dead-lettered"} 1`;
    await eventually(async () => (await (await fetch(`${replica.url}/metrics`)).text()).includes(counted));
  });

  it('is not needed for fresh responses while Kafka is down, and works again when Kafka is back', async () => {
    const [replica] = replicas as [RunningCacheService];
    await kafka.kill();
    await eventually(async () => !(await hears(replica)));
    await database.setStock('GW-0001', 2);
    // No invalidation is published; while the process is deaf, an entry lives for a second instead of half a minute.
    await eventually(async () => (await stockIn(replica)) === 2);
    await kafka.restart();
    await eventually(() => hears(replica));
    await changeStock(1);
    await eventually(async () => (await stockIn(replica)) === 1);
  }, 150_000);

  it('is not needed for the start of the service, which works without Kafka', async () => {
    const alone = await startCacheService({
      databaseUrl: database.url,
      redisUrl: redis.url,
      brokers: ['127.0.0.1:1'],
    });
    expect(await alone.get('/v1/products')).toMatchObject({ status: 200 });
    expect(await alone.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'degraded' } });
    await alone.close();
  });
});

async function hears(replica: RunningCacheService): Promise<boolean> {
  const { checks } = (await replica.get('/health/ready')).body as Record<
    string,
    Record<string, { status: string }>
  >;
  return checks?.['invalidations']?.status === 'ok';
}
