import { type Load } from '@groundwork/flow-control';

const MIB = 1_024 * 1_024;

/** What the waiting messages of all partitions of a consumer may take in this process. */
export const HELD_BYTES_OF_A_CONSUMER = 64 * MIB;

/** A partition always has room for some messages, however many partitions the process has. */
const LEAST_HELD_BYTES = 256 * 1_024;

const SINGLE_EVENTS: Load = { items: 1_000, bytes: 4 * MIB };
/** Batch handlers process thousands of small messages at a time: several fetches of 1 MiB, which take more in memory. */
const BATCHES: Load = { items: 50_000, bytes: 32 * MIB };

export interface Watermarks {
  /** A partition is paused at this load. */
  readonly high: Load;
  /** A paused partition is resumed at this load. */
  readonly low: Load;
}

export interface WatermarkOptions {
  readonly takesBatches: boolean;
  /** How many partitions are assigned to the process, those of retry topics included. */
  readonly partitions: number;
}

/**
 * Returns the watermarks of one partition. The partitions of a consumer share 64 MiB in a process: with many of them, each holds
 * less, down to 256 KiB. A fetch that is in flight when a partition is paused comes on top.
 */
export function watermarksOf({ takesBatches, partitions }: WatermarkOptions): Watermarks {
  const { items, bytes: most } = takesBatches ? BATCHES : SINGLE_EVENTS;
  const share = Math.floor(HELD_BYTES_OF_A_CONSUMER / partitions);
  const bytes = Math.min(most, Math.max(share, LEAST_HELD_BYTES));
  return { high: { items, bytes }, low: { items: items / 4, bytes: Math.floor(bytes / 4) } };
}
