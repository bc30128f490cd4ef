import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { delaysOf } from '../../test/delays-of.ts';
import { numbered } from '../../test/numbered.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';

describe('copies of a key when the broker rejects the first and accepts a later one', () => {
  const delays = delaysOf(200, 400);
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

  /** Simulates a partition whose leader is unavailable: the topic rejects messages that other topics accept. */
  const limit = (name: string, bytes: number) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name,
          configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
        },
      ],
    });
  const endOf = async (topic: string) =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);

  it('keep the order of their key when their owner ends', async () => {
    const { type, groupId, parked } = await retryingGroup(kafka, delays);
    const retry = `${groupId}.retry.200ms`;
    await limit(retry, 100);
    const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    await producer.publish([0, 1].map((number) => numbered(type, 'key', number)));
    const failing = () => Promise.reject(new Error('the handler fails'));
    const first = consume(kafka, type, failing, { groupId, retries: { delays } });
    await eventually(async () => (await endOf(parked)) > 0);
    await first.close();
    expect(await endOf(retry)).toBe(0);

    await limit(retry, 1_048_576);
    const log: string[] = [];
    const slow = async ({ data }: { data: { number: number } }) => {
      log.push(`begin ${data.number}`);
      // Long enough for the other event to start concurrently, if the consumer allowed it.
      await delay(300);
      log.push(`end ${data.number}`);
    };
    const second = consume(kafka, type, slow, { groupId, retries: { delays } });
    await eventually(() => log.includes('end 1'));
    await Promise.all([second.close(), producer.close()]);
    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });
});
