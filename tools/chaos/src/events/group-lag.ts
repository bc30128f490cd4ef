import { Kafka, logLevel } from 'kafkajs';

/** Returns the number of records that the groups have not finished, on the topics for which they have committed offsets. */
export async function lagOf(brokers: string[], groups: readonly string[]): Promise<number> {
  return (await laggingTopics(brokers, groups)).reduce((sum, { records }) => sum + records, 0);
}

/** The number of records of a topic that a group has not finished. */
export interface LaggingTopic {
  readonly group: string;
  readonly topic: string;
  readonly records: number;
}

/** Returns the unfinished records for each topic for which a group has committed offsets. */
export async function laggingTopics(brokers: string[], groups: readonly string[]): Promise<LaggingTopic[]> {
  const admin = new Kafka({ brokers, clientId: 'chaos-lag', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics: LaggingTopic[] = [];
    for (const group of groups) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
        const committed = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
        const records = (await admin.fetchTopicOffsets(topic)).reduce((sum, { partition, high, low }) => {
          const next = committed.get(partition) ?? -1n;
          return sum + Number(BigInt(high) - (next < 0n ? BigInt(low) : next));
        }, 0);
        topics.push({ group, topic, records });
      }
    }
    return topics.filter(({ records }) => records > 0);
  } finally {
    await admin.disconnect();
  }
}
