import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, startTestKafka } from '@groundwork/testing';
import { Registry } from 'prom-client';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume, MemorySink } from '../../test/test-consumer.ts';
import { openMessagingDatabase, sessionOf } from '../../test/test-database.ts';
import { type KafkaStrategy } from '../consumer/kafka.strategy.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { PostgresConsumerPauses } from '../pauses/postgres-consumer-pauses.ts';
import { ConsumerAdmin } from './consumer-admin.ts';
import { KafkaGroups } from './kafka-groups.ts';
import { prometheusConsumers } from './prometheus-consumers.ts';

describe('the consumer admin', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let pauses: PostgresConsumerPauses;
  let producer: KafkaEventProducer;
  let groups: KafkaGroups;
  let admin: ConsumerAdmin;
  let strategy: KafkaStrategy;
  let type: EventType<Numbered>;
  let groupId: string;
  let handled: number;
  const started: KafkaStrategy[] = [];

  beforeAll(async () => {
    kafka = await startTestKafka();
    database = await openMessagingDatabase();
    pauses = new PostgresConsumerPauses(sessionOf(database.pool));
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    groups = new KafkaGroups({ brokers: kafka.brokers, clientId: 'admin', logger: SILENT });
  });
  beforeEach(async () => {
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    handled = 0;
    await kafka.createTopic(type.topic, 4);
    admin = new ConsumerAdmin({ kafka: groups, pauses, logger: SILENT });
    strategy = start(groupId);
    admin.serve(strategy);
  });
  afterAll(async () => {
    await Promise.all(started.map((one) => one.close()));
    await groups.close();
    await producer.close();
    await kafka.stop();
    await database.drop();
  });

  const start = (group: string) => {
    const options = { groupId: group, pauses, deadLetters: new MemorySink() };
    const made = consume(kafka, type, () => void (handled += 1), options);
    started.push(made);
    return made;
  };
  const publish = (count: number) =>
    producer.publish(Array.from({ length: count }, (_, n) => numbered(type, `key-${n}`, n, { slot: n * 4 })));
  const itemOf = async (group: string) => (await admin.list()).items.find((item) => item.group === group);

  it('reports the offsets and the lag of every partition, and the pauses', async () => {
    await publish(100);
    await eventually(async () => (await admin.read(groupId)).lag === '0');
    expect(handled).toBe(100);
    await admin.pause(groupId, { topic: type.topic, reason: 'a test', by: 'ada' });
    await eventually(() => strategy.pausedPartitions === 4);
    await publish(1_000);
    const consumer = await admin.read(groupId);
    expect(consumer).toMatchObject({
      group: groupId,
      state: 'stable',
      members: 1,
      lag: '1000',
      pausable: true,
      pauses: [{ topic: type.topic, by: 'ada', reason: 'a test', at: expect.any(String) }],
      topics: [{ topic: type.topic, lag: '1000' }],
    });
    const partitions = consumer.topics[0]?.partitions ?? [];
    expect(partitions).toHaveLength(4);
    expect(partitions[0]).toEqual({ partition: 0, committed: '100', end: '356', lag: '256' });
    expect(partitions[3]).toEqual({ partition: 3, committed: '0', end: '232', lag: '232' });
    const { topics: _, ...summary } = consumer;
    expect(await itemOf(groupId)).toEqual(summary);
    await admin.resume(groupId, { topic: type.topic });
    await eventually(() => handled === 1_100);
  });

  it('reports whether a request to pause or resume has changed something', async () => {
    const paused = await admin.pause(groupId, { reason: 'first' });
    expect(paused).toMatchObject({
      group: groupId,
      changed: true,
      pauses: [{ topic: null, reason: 'first' }],
    });
    expect(await admin.pause(groupId, { reason: 'second', by: 'bob' })).toEqual({
      ...paused,
      changed: false,
    });
    const both = await admin.pause(groupId, { topic: type.topic, reason: 'third' });
    expect(both.pauses.map(({ topic }) => topic)).toEqual([null, type.topic]);
    const one = await admin.resume(groupId, {});
    expect([one.changed, one.pauses.map(({ topic }) => topic)]).toEqual([true, [type.topic]]);
    expect((await admin.resume(groupId, {})).changed).toBe(false);
    expect(await admin.resume(groupId, { topic: type.topic })).toEqual({
      group: groupId,
      changed: true,
      pauses: [],
    });
  });

  it('rejects unknown groups and topics with an error that names the existing ones', async () => {
    await expect(admin.read('nobody')).rejects.toMatchObject({
      code: 'unknown-consumer',
      message: expect.stringMatching(new RegExp(`there are .*event-processor, .*${groupId}`)),
    });
    await expect(admin.pause('nobody', { reason: 'a test' })).rejects.toMatchObject({
      code: 'unknown-consumer',
    });
    await expect(admin.pause(groupId, { topic: 'orders', reason: 'a test' })).rejects.toMatchObject({
      code: 'unknown-topic',
      message: `${groupId} does not read the topic orders; it reads ${type.topic}.`,
    });
    await expect(admin.resume(groupId, { topic: 'orders' })).rejects.toMatchObject({ code: 'unknown-topic' });
    await expect(admin.pause('order-service', { reason: 'a test' })).rejects.toMatchObject({
      code: 'consumer-not-pausable',
      message: expect.stringContaining(groupId),
    });
  });

  it('also ends the pause of a topic that the group no longer reads', async () => {
    await pauses.pause(groupId, { topic: 'gone', reason: 'a test' });
    expect(await admin.resume(groupId, { topic: 'gone' })).toMatchObject({ changed: true, pauses: [] });
  });

  it('lists the group of a single process while the process runs, and does not pause it', async () => {
    const alone = kafka.uniqueName('cache-service');
    const member = start(alone);
    await eventually(() => member.expectMember().then(() => true));
    expect(await itemOf(alone)).toMatchObject({ members: 1, pausable: false, pauses: [] });
    expect((await admin.read(alone)).topics.map(({ topic }) => topic)).toEqual([type.topic]);
    await expect(admin.pause(alone, { reason: 'a test' })).rejects.toMatchObject({
      code: 'consumer-not-pausable',
    });
    await member.close();
    await eventually(async () => (await itemOf(alone)) === undefined);
  });

  it('always lists the groups of the platform, without the pauses of groups that another service serves', async () => {
    for (const group of ['event-processor', 'dead-letter-review', 'order-service']) {
      const expected = { state: 'unknown', members: 0, lag: '0', pausable: true, pauses: null };
      expect(await itemOf(group)).toEqual({ group, ...expected });
    }
  });

  it('exports lag and pauses as gauges', async () => {
    const registry = new Registry();
    prometheusConsumers(registry, admin);
    await admin.pause(groupId, { reason: 'a test' });
    await eventually(() => strategy.pausedPartitions === 4);
    await publish(100);
    const labels = `{group="${groupId}",topic="${type.topic}",partition="0"}`;
    const text = await eventually(async () => {
      const scraped = await registry.metrics();
      return scraped.includes(`consumer_lag${labels}`) && scraped;
    });
    expect(text).toContain(`consumer_lag${labels} 100`);
    expect(text).toContain(`consumer_paused_partitions{group="${groupId}"} 4`);
  });

  it('pauses and resumes while the broker is unavailable, and reads groups again once it is back', async () => {
    await kafka.kill();
    await expect(admin.list()).rejects.toMatchObject({ code: 'broker-unavailable', retryable: true });
    await expect(admin.read(groupId)).rejects.toMatchObject({ code: 'broker-unavailable' });
    expect(await admin.pause(groupId, { reason: 'a test' })).toMatchObject({ changed: true });
    expect(await admin.resume(groupId, {})).toMatchObject({ changed: true, pauses: [] });
    await kafka.restart();
    await eventually(() => admin.read(groupId));
  });
});
