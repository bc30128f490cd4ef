/** A partition of events is without its partitions of the retry topics: an event that fails there could not go anywhere. */
export class RetryPartitionsError extends Error {
  readonly code = 'retry-partitions-missing';
  readonly retryable = true;

  constructor(
    groupId: string,
    refused: readonly string[],
    /** Of each topic that is involved. Without those that could not be asked for. */
    counts: ReadonlyMap<string, number>,
    readonly tooSmall: readonly string[],
  ) {
    const known = [...counts].map(([topic, count]) => `${topic} has ${count}`).join(', ');
    const wanted = Math.max(0, ...counts.values());
    super(
      `${groupId} does not handle ${refused.join(', ')}: a failed event keeps the number of its partition, and ` +
        `${tooSmall.join(', ')} ${tooSmall.length === 1 ? 'has' : 'have'} none of that number (partitions: ${known}). ` +
        `Give each at least ${wanted}: kafka-topics.sh --alter --topic ${tooSmall[0]} --partitions ${wanted}`,
    );
    this.name = 'RetryPartitionsError';
  }
}
