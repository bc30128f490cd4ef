import { Kafka, logLevel } from 'kafkajs';

/** How many records the groups have not finished, on every topic they have finished any of. */
export async function lagOf(brokers: string[], groups: readonly string[]): Promise<number> {
  const admin = new Kafka({ brokers, clientId: 'chaos-lag', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    let lag = 0;
    for (const groupId of groups) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
        const committed = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
          const next = committed.get(partition) ?? -1n;
          lag += Number(BigInt(high) - (next < 0n ? BigInt(low) : next));
        }
      }
    }
    return lag;
  } finally {
    await admin.disconnect();
  }
}
