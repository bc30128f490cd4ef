/** The answer of a limiter. Times are whole milliseconds, rounded up, so that waiting for them is always enough. */
export interface Decision {
  readonly allowed: boolean;
  /** The number of units that could be taken immediately after this decision. */
  readonly remaining: number;
  /** Time until the same cost is admitted if no other caller takes units: at least 1, or 0 when allowed. */
  readonly retryAfterMs: number;
  /** Time until the whole capacity is free again. */
  readonly resetMs: number;
  /** Source of the decision: the store that all processes share, this process' local share, or none (an open policy). */
  readonly decidedBy: 'shared' | 'local' | 'none';
}
