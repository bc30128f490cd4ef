import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../eventually.ts';

/** Creates a topic over a connection of its own and waits for its leaders. */
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
    await eventually(
      async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        const led = topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
        return led.length === partitions;
      },
      { within: 30_000 },
    );
  } finally {
    await admin.disconnect();
  }
}
