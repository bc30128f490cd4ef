import { type RecordMetadata, type TopicMessages } from 'kafkajs';

/**
 * The partitions, as `topic:partition`, that were sent messages and of which the broker said nothing.
 *
 * kafkajs resolves a send without having sent everything: in a later try it skips a broker that answered in an earlier
 * one, also when that has meanwhile become the leader of another partition of the batch.
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
