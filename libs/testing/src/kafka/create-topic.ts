import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../eventually.ts';

/** Creates a topic over its own connection and waits until a leader serves every partition. */
export async function createTopic(brokers: string[], topic: string, partitions: number): Promise<void> {
  const kafka = new Kafka({
    brokers,
    clientId: 'testing',
    logLevel: logLevel.NOTHING,
    retry: { retries: 10 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    // kafkajs' own wait for leaders fails while the broker does not know the topic yet, which happens on a busy broker.
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions }] });
    // A leader in the metadata may not be ready yet. It could accept one partition of a batch and reject another, and the
    // producer's retry would publish the first partition twice. Only a leader that is ready can return its offsets.
    await eventually(async () => (await admin.fetchTopicOffsets(topic)).length === partitions, {
      within: 30_000,
    });
  } finally {
    await admin.disconnect();
  }
}
