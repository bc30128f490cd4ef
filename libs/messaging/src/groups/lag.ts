/** The position of a group in a partition, according to the broker. Offsets have 64 bits, so they are bigints. */
export interface PartitionOffsets {
  /** The next offset that the group handles; undefined when it has never committed one. */
  readonly committed: bigint | undefined;
  /** The first offset that is still kept. */
  readonly low: bigint;
  /** The next offset to be written. */
  readonly end: bigint;
}

/**
 * Returns the number of kept and unfinished events. Events that the broker has deleted do not count. A topic that was
 * created again may end before an offset that was committed on its predecessor; then the lag is 0.
 */
export function lagOf({ committed, low, end }: PartitionOffsets): bigint {
  const next = committed === undefined || committed < low ? low : committed;
  return end > next ? end - next : 0n;
}

export function sumOf(lags: Iterable<{ readonly lag: bigint }>): bigint {
  let sum = 0n;
  for (const { lag } of lags) sum += lag;
  return sum;
}
