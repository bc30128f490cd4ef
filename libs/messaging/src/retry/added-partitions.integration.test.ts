import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { retryTopicsOf } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Admin } from 'kafkajs';
import { delaysOf } from '../../test/delays-of.ts';
import { numbered } from '../../test/numbered.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';

describe('a topic of events with more partitions than the retry topics of a group', () => {
  const delays = delaysOf(100);
  let kafka: TestKafka;
  let client: KafkaClient;
  let admin: Admin;

  beforeAll(async () => {
    kafka = await testKafka();
    client = new KafkaClient({ brokers: kafka.brokers, clientId: 'admin', logger: SILENT });
    admin = client.kafka.admin();
    await admin.connect();
  });

  afterAll(async () => {
    await admin.disconnect();
    client.destroy();
  });

  const grow = (...topics: string[]) =>
    admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count: 2 })) });

  it('has its extra partitions reported by name and left unhandled until the retry topics have grown', async () => {
    const { type, groupId, parked, redrive } = await retryingGroup(kafka, delays, 1);
    const retries = retryTopicsOf(groupId, delays).retries.map(({ name }) => name);
    await grow(type.topic);
    const attempts: number[] = [];
    const strategy = consume(
      kafka,
      type,
      ({ data, headers }) => {
        attempts.push(data.number);
        if (headers['retry-attempts'] === undefined) throw new Error('once');
      },
      { groupId, retries: { delays } },
    );
    const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    await producer.publish([numbered(type, 'a', 0), numbered(type, 'b', 1, { slot: 4_095 })]);
    await eventually(() => attempts.length === 2);
    expect(attempts).toEqual([0, 0]);
    await eventually(() =>
      strategy.expectMember().catch((error: Error) => error.message.includes(`${parked} has 1`)),
    );
    await expect(strategy.expectMember()).rejects.toMatchObject({
      code: 'retry-partitions-missing',
      tooSmall: [...retries, parked, redrive],
      message: expect.stringContaining(`${groupId} does not handle ${type.topic}:1`) as unknown,
    });
    await grow(...retries, parked, redrive);
    await eventually(() => attempts.length === 4, { within: 90_000 });
    expect(attempts).toEqual([0, 0, 1, 1]);
    await expect(strategy.expectMember()).resolves.toBeUndefined();
    await Promise.all([strategy.close(), producer.close()]);
  }, 180_000);
});
