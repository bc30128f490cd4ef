import { type TopicPartition } from '../consumer/topic-partition.ts';

/** Partitions that cannot be handled, and the retry topics that lack their number. */
export interface WithoutRetryPartitions {
  readonly refused: readonly TopicPartition[];
  readonly tooSmall: readonly string[];
}

/**
 * Compares an assignment with the retry topics of the group. Partition p of every topic has the same owner
 * (`coPartitioned`), so a partition that is missing in the assignment does not exist.
 */
export function withoutRetryPartitions(
  assignment: readonly TopicPartition[],
  retryTopics: readonly string[],
): WithoutRetryPartitions {
  const has = (topic: string, number: number) =>
    assignment.some((of) => of.topic === topic && of.partition === number);
  const refused = assignment.filter(
    ({ topic, partition }) =>
      !retryTopics.includes(topic) && retryTopics.some((retry) => !has(retry, partition)),
  );
  const tooSmall = retryTopics.filter((retry) => refused.some(({ partition }) => !has(retry, partition)));
  return { refused, tooSmall };
}
