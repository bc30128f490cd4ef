import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { SILENT } from '../../../test/silent-logger.ts';
import { KafkaClient } from '../../../src/kafka/kafka-client.ts';
import { Stopwatch } from '../filled-topic.ts';

/** Runs kafkajs alone: its handler only counts the messages of a batch. */
export async function rawKafkajs(kafka: TestKafka, { topic }: EventType<unknown>, count: number) {
  const stopwatch = new Stopwatch(count);
  const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'raw', logger: SILENT });
  const consumer = client.kafka.consumer({ groupId: kafka.uniqueName('raw') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => Promise.resolve(stopwatch.count(batch.messages.length)),
  });
  const timed = await stopwatch.done;
  await consumer.disconnect();
  client.destroy();
  return timed;
}
