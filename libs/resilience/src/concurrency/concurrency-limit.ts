/** A call that has ended. */
export interface Observation {
  readonly durationMs: number;
  /** Number of calls in flight when it started, itself included. */
  readonly inFlight: number;
  /** Whether it was dropped: it timed out, or the peer answered that it is overloaded. */
  readonly wasDropped: boolean;
}

/**
 * Decides how many calls may be in flight. Calls are observed in the order in which they end. Not safe for use by several
 * limiters.
 */
export interface ConcurrencyLimit {
  /** The number of calls that may be in flight now: a whole number of at least 1. It changes with `observe` only. */
  readonly current: number;
  /** @param nowMs monotonic time */
  observe(observation: Observation, nowMs: number): void;
}
