import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testKafka, type TestKafka } from '@groundwork/testing';
import { SILENT } from '../../test/silent-logger.ts';
import { KafkaEventProducer } from './kafka-event-producer.ts';

const message = (topic: string, bytes = 1) => ({ topic, key: 'key', value: 'x'.repeat(bytes), headers: {} });

describe('a producer that several relays share', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  let topic: string;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    topic = kafka.uniqueName('events');
    await kafka.createTopic(topic, 1);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  afterEach(() => producer.close());

  it.each([
    ['goes to a topic that does not exist', () => message('there-is-no-such-topic'), 'publish-failed'],
    ['is rejected as too large', () => message(topic, 2_000_000), 'publish-refused'],
  ])('publishes for the other relays while a message of one relay %s', async (_name, bad, code) => {
    let isOver = false;
    let published = 0;
    const other = async () => {
      while (!isOver) {
        await producer.publish([message(topic)]);
        published += 1;
      }
    };
    const others = Promise.all([other(), other(), other(), other()]);
    for (let n = 0; n < 3; n += 1) await expect(producer.publish([bad()])).rejects.toMatchObject({ code });
    isOver = true;
    await others;
    expect(published).toBeGreaterThan(0);
  });
});
