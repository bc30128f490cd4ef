/** The answer of a limiter. Times are whole milliseconds, rounded up, so that waiting them out is always enough. */
export interface Decision {
  readonly allowed: boolean;
  /** Units that could be taken at once after this decision. */
  readonly remaining: number;
  /** 0 when allowed, else at least 1: how long until the same cost would be admitted if nobody else took units. */
  readonly retryAfterMs: number;
  /** How long until the whole capacity is free again. */
  readonly resetMs: number;
  /** Who decided: the store all processes share, this process' local share, or nobody (an open policy). */
  readonly decidedBy: 'shared' | 'local' | 'none';
}
