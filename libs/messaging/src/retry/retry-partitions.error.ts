/** A partition of events has a number that a retry topic does not have: an event that fails there could not be moved. */
export class RetryPartitionsError extends Error {
  readonly code = 'retry-partitions-missing';
  readonly retryable = true;

  constructor(
    groupId: string,
    refused: readonly string[],
    /** Partitions of each topic involved, without the topics whose count could not be read. */
    counts: ReadonlyMap<string, number>,
    readonly tooSmall: readonly string[],
  ) {
    const known = [...counts].map(([topic, count]) => `${topic} has ${count}`).join(', ');
    const wanted = Math.max(0, ...counts.values());
    super(
      `${groupId} does not handle ${refused.join(', ')}: a failed event keeps the number of its partition, and ` +
        `${tooSmall.join(', ')} ${tooSmall.length === 1 ? 'has' : 'have'} no partition with that number (partitions: ${known}). ` +
        `Give each at least ${wanted}: kafka-topics.sh --alter --topic ${tooSmall[0]} --partitions ${wanted}`,
    );
    this.name = 'RetryPartitionsError';
  }
}
