import { type Load } from '@groundwork/flow-control';

/** A report of a process with a slow sink, sent every second. */
export interface Sample {
  /** Time since the start, in milliseconds. */
  readonly atMs: number;
  readonly residentBytes: number;
  /**
   * The size of the heap and its buffers after a forced collection; omitted in most samples, because a collection is
   * expensive.
   */
  readonly liveBytes: number | undefined;
  /** The number of events that the sink has handled. */
  readonly handled: number;
  /** The load that waits for the sink. */
  readonly held: Load;
  /** How often its partitions were assigned. */
  readonly joins: number;
  /** How often its consumer restarted. */
  readonly restarts: number;
  /** How often the process reported that it hangs. */
  readonly livenessFailures: number;
}

/** The part that only consumers have. */
export type Membership = Pick<Sample, 'joins' | 'restarts' | 'livenessFailures'>;
