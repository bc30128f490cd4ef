import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../eventually.ts';

/** Creates a topic over a connection of its own and waits until every partition is served. */
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
    // kafkajs' own wait for leaders gives up when the broker does not know the topic yet, as a busy one does.
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions }] });
    // A leader that the metadata names may not serve yet: it would take one partition of a batch and refuse another, and the
    // producer's retry would then publish the first one twice. Only a leader that serves can tell its offsets.
    await eventually(async () => (await admin.fetchTopicOffsets(topic)).length === partitions, {
      within: 30_000,
    });
  } finally {
    await admin.disconnect();
  }
}
