/** Where a group stands on a partition, by the broker. Offsets are 64-bit: never JavaScript numbers. */
export interface PartitionOffsets {
  /** The next offset that the group handles; undefined where it has handled nothing. */
  readonly committed: bigint | undefined;
  /** The first offset that is still kept. */
  readonly low: bigint;
  /** The next offset that is written. */
  readonly end: bigint;
}

/**
 * What is kept and not finished. What the broker has deleted waits for nobody, and a topic that was made anew may end before what
 * was committed on its predecessor.
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
