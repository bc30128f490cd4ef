import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import {
  createPreparedDatabase,
  createTestDatabase,
  eventually,
  startTestKafka,
  startTestPostgres,
  startTestRedis,
  testKafka,
} from './index.ts';

describe('the servers of a test', () => {
  it('gives each test its own database', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    await query(one.url, 'create table thing (id int)');
    await expect(query(other.url, 'select * from thing')).rejects.toThrow('relation "thing" does not exist');
    await Promise.all([one.drop(), other.drop()]);
    await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it('fails a test that leaves a connection open, and names the connection', async () => {
    const database = await createTestDatabase();
    const leak = new Client({ connectionString: database.url, application_name: 'the leak' });
    leak.on('error', () => undefined);
    await leak.connect();
    await expect(database.drop()).rejects.toThrow(
      'left 1 connection(s) open to its database:\n  the leak (idle)',
    );
    await leak.end().catch(() => undefined);
  });

  it('prepares the common content of several databases once', async () => {
    let prepared = 0;
    const prepare = async (url: string) => {
      prepared += 1;
      await query(url, 'create table thing (id int)');
    };
    const databases = await Promise.all([1, 2, 3].map(() => createPreparedDatabase('once', prepare)));
    await query(databases[0]!.url, 'insert into thing values (7)');
    expect(await query(databases[1]!.url, 'select * from thing')).toEqual([]);
    expect(prepared).toBe(1);
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('leaves no template after a failed preparation', async () => {
    const failed = createPreparedDatabase('failing', () => Promise.reject(new Error('no table')));
    await expect(failed).rejects.toThrow('no table');
    const database = await createPreparedDatabase('failing', (url) =>
      query(url, 'create table thing (id int)'),
    );
    expect(await query(database.url, 'select * from thing')).toEqual([]);
    await database.drop();
  });

  it('kills a Postgres with its backends: a query in progress is not answered', async () => {
    const server = await startTestPostgres();
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    // Without a wait, a backend does not notice the death of its parent.
    const counting = client.query('select count(*) from generate_series(1, 10000000)');
    const outcome = counting.then(
      () => 'answered',
      () => 'rejected',
    );
    const isCounting = () =>
      query(
        server.url,
        `select 1 / count(*) from pg_stat_activity where state = 'active' and query like '%series%' and pid <> pg_backend_pid()`,
      );
    await eventually(() => isCounting().then(() => true));
    await server.kill();
    expect(await outcome).toBe('rejected');
    await client.end().catch(() => undefined);
    await server.stop();
  });

  it('keeps the committed data of a killed Postgres', async () => {
    const postgres = await startTestPostgres();
    await query(postgres.url, 'create table thing (id int); insert into thing values (7)');
    await postgres.kill();
    await expect(query(postgres.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(await query(postgres.url, 'select id from thing')).toEqual([{ id: 7 }]);
    await postgres.stop();
  });

  it.each([
    { persistent: false, left: null },
    { persistent: true, left: 'value' },
  ])('restarts a killed Redis (persistent: $persistent)', async ({ persistent, left }) => {
    const server = await startTestRedis({ persistent });
    await withRedis(server.url, (redis) => redis.set('key', 'value'));
    await server.kill();
    await server.restart();
    expect(await withRedis(server.url, (redis) => redis.get('key'))).toBe(left);
    await server.stop();
  });

  it('pauses and resumes a Redis', async () => {
    const server = await startTestRedis();
    await withRedis(server.url, async (redis) => {
      server.pause();
      const answer = redis.ping();
      expect(await orSilence(answer)).toBe('silence');
      server.resume();
      expect(await answer).toBe('PONG');
    });
    await server.stop();
  });

  it('pauses a Postgres with its backends: an open connection is not answered', async () => {
    const server = await startTestPostgres();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    server.pause();
    const answer = client.query('select 7 as seven').then(({ rows }) => rows as unknown[]);
    expect(await orSilence(answer)).toBe('silence');
    server.resume();
    expect(await answer).toEqual([{ seven: 7 }]);
    await client.end();
    await server.stop();
  });

  it('transports a message over the shared Kafka immediately', async () => {
    const kafka = await testKafka();
    const topic = kafka.uniqueName('greetings');
    await kafka.createTopic(topic, 3);
    await expect(roundTrip(kafka.brokers, topic, kafka.uniqueName('group'))).resolves.toBe('hello');
  });

  it('keeps the topics and messages of a killed broker', async () => {
    const kafka = await startTestKafka();
    await kafka.createTopic('greetings', 1);
    await kafka.kill();
    await kafka.restart();
    await expect(roundTrip(kafka.brokers, 'greetings', 'group')).resolves.toBe('hello');
    await kafka.stop();
  });
});

/** Returns the answer, or `silence` if it takes 100 times as long as an idle server needs. */
function orSilence<T>(answer: Promise<T>): Promise<T | 'silence'> {
  return Promise.race([answer, delay(100, 'silence' as const)]);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function roundTrip(brokers: string[], topic: string, groupId: string): Promise<string | undefined> {
  const kafka = new Kafka({ brokers, clientId: 'round-trip', logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  let received: string | undefined;
  await consumer.run({ eachMessage: async ({ message }) => void (received = message.value?.toString()) });
  await producer.send({ topic, messages: [{ value: 'hello' }] });
  const value = await eventually(() => received);
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
  return value;
}
