import { type RecordMetadata, type TopicMessages } from 'kafkajs';

/**
 * Returns the partitions, as `topic:partition`, that were sent messages and that the broker has not acknowledged.
 *
 * kafkajs may resolve a send without having sent everything: in a retry it skips a broker that answered in an earlier try,
 * even when that broker has become the leader of another partition of the batch meanwhile.
 */
export function unacknowledged(
  sent: readonly TopicMessages[],
  acknowledged: readonly RecordMetadata[],
): readonly string[] {
  const answered = new Set(acknowledged.map(({ topicName, partition }) => `${topicName}:${partition}`));
  const expected = new Set(
    sent.flatMap(({ topic, messages }) => messages.map(({ partition }) => `${topic}:${partition}`)),
  );
  return [...expected].filter((partition) => !answered.has(partition));
}
