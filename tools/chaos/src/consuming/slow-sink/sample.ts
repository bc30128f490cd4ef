import { type Load } from '@groundwork/flow-control';

/** What a process with a slow sink says of itself, every second. */
export interface Sample {
  /** Since it began, in milliseconds. */
  readonly atMs: number;
  readonly residentBytes: number;
  /** What the heap and its buffers hold after a forced collection; not in every sample, because collecting is work. */
  readonly liveBytes: number | undefined;
  /** What the sink has taken. */
  readonly handled: number;
  /** What waits for the sink. */
  readonly held: Load;
  /** How often it was given its partitions. */
  readonly joins: number;
  /** How often its consumer began anew. */
  readonly restarts: number;
  /** How often it said that it hangs. */
  readonly livenessFailures: number;
}

/** What only consumers have. */
export type Membership = Pick<Sample, 'joins' | 'restarts' | 'livenessFailures'>;
