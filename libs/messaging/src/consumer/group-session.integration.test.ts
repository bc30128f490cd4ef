import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestKafka } from '@groundwork/testing';
import { type Consumer } from 'kafkajs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume, MemorySink } from '../../test/test-consumer.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { createTopics } from '../topics/create-topics.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { type GroupConsumer } from './group-consumer.ts';
import { GroupSession } from './group-session.ts';
import { expectProgress } from './liveness.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

describe('a consumer', () => {
  let kafka: Awaited<ReturnType<typeof startTestKafka>>;
  let producer: KafkaEventProducer;

  beforeAll(async () => {
    kafka = await startTestKafka();
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  afterAll(async () => {
    await producer.close();
    await kafka.stop();
  });

  const topicOf = async (prefix: string) => {
    const type = numberedOn(kafka.uniqueName(prefix));
    await createTopics(kafka.brokers, [{ name: type.topic, partitions: 4, retentionMs: 3_600_000 }], SILENT);
    return type;
  };

  it('resumes by itself after the broker was killed and restarted', async () => {
    const type = await topicOf('restart');
    const seen = new Set<number>();
    const strategy = consume(kafka, type, (event) => void seen.add(event.data.number));
    await producer.publish([numbered(type, 'key', 0)]);
    await eventually(() => seen.size === 1);
    await kafka.kill();
    await expect(producer.publish([numbered(type, 'key', 1)])).rejects.toMatchObject({
      code: 'publish-failed',
    });
    await kafka.restart();
    await eventually(() => producer.publish([numbered(type, 'key', 2)]).then(() => true));
    await eventually(() => seen.has(2));
    await strategy.close();
  });

  it('resumes by itself after an error that kafkajs treats as fatal', async () => {
    const type = await topicOf('fatal');
    const seen: number[] = [];
    let restarts = 0;
    const strategy = consume(kafka, type, (event) => void seen.push(event.data.number), {
      metrics: { ...NO_METRICS, restarted: () => void (restarts += 1) },
    });
    await producer.publish([numbered(type, 'key', 0)]);
    await eventually(() => seen.length === 1);
    const consumer = strategy.unwrap<GroupConsumer>();
    for (const pipeline of consumer.partitions.values()) {
      (pipeline as { take: PartitionPipeline['take'] }).take = () => {
        throw new TypeError('a fault inside eachBatch');
      };
    }
    await producer.publish([numbered(type, 'key', 1)]);
    await eventually(() => restarts === 1 && seen.includes(1));
    await strategy.close();
  });

  it('monitors a hanging handler after its partition is reassigned, until the handler ends', async () => {
    const type = await topicOf('hanging');
    const groupId = kafka.uniqueName('group');
    const hanging = Promise.withResolvers<void>();
    const first = consume(kafka, type, () => hanging.promise, { groupId });
    const consumer = first.unwrap<GroupConsumer>();
    await producer.publish([numbered(type, 'key', 0)]);
    const busy = () => consumer.underWay.filter(([, { pending }]) => pending > 0);
    await eventually(() => busy().length === 1);
    const before = busy()[0]?.[1];
    const second = consume(kafka, type, () => hanging.promise, { groupId });
    await eventually(() => consumer.partitions.size < 4);
    expect(busy().map(([, pipeline]) => pipeline === before)).toEqual([true]);
    expect(() => expectProgress(consumer.underWay, Date.now() + 61_000)).toThrow(
      expect.objectContaining({ code: 'no-progress' }),
    );
    hanging.resolve();
    await eventually(() => consumer.underWay.length === consumer.partitions.size && busy().length === 0);
    await Promise.all([first.close(), second.close()]);
  });

  it('rejects a commit that kafkajs skipped, as kafkajs does once it has stopped', async () => {
    const { topic } = await topicOf('left-out');
    const session = await GroupSession.join(
      {
        ...{ brokers: kafka.brokers, groupId: kafka.uniqueName('group'), clientId: 'test' },
        ...{ topics: [topic], fromBeginning: true, logger: SILENT },
      },
      { assigned: () => undefined, batch: () => true },
      new AbortController().signal,
    );
    const commit = () =>
      session.commit(session.generation, [{ topic, partition: 0, offset: '0', metadata: '' }]);
    await commit();
    const { consumer } = session as unknown as { consumer: Pick<Consumer, 'commitOffsets'> };
    consumer.commitOffsets = () => Promise.resolve();
    await expect(commit()).rejects.toMatchObject({ code: 'not-a-member' });
    await session.close();
  });

  it('waits for a broker that is not available yet, and can be closed meanwhile', async () => {
    const silent: Server = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const nobody = { ...kafka, brokers: [`127.0.0.1:${port}`] };
    const strategy = consume(nobody, numberedOn('nowhere'), () => undefined, {
      deadLetters: new MemorySink(),
    });
    await expect(strategy.expectMember()).rejects.toMatchObject({ code: 'not-a-member' });
    await strategy.close();
    silent.close();
  });
});
