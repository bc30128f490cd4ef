import { type Clock, SYSTEM_CLOCK } from '../time/clock.ts';

/** How many callers may wait in a process, and how long. */
export interface QueueOptions {
  /** Number of callers that may wait. Default: 1000. */
  readonly maxQueue?: number;
  /** How long a caller may wait, unless it says so itself. Default: no limit. */
  readonly maxWaitMs?: number;
  /** Default: the clock of the system. */
  readonly clock?: Clock;
}

export interface AcquireOptions {
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
  /** How long the caller may wait; 0 means that it does not wait. Default: `maxWaitMs`. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Fills in the defaults.
 *
 * @throws {RangeError} for a negative or fractional `maxQueue`, or a `maxWaitMs` that is not a positive number
 */
export function queueOptionsOf(options: QueueOptions) {
  const { maxQueue = 1_000, maxWaitMs = Infinity, clock = SYSTEM_CLOCK } = options;
  if (!Number.isInteger(maxQueue) || maxQueue < 0)
    throw new RangeError(`maxQueue: expected a whole number of at least 0, got ${maxQueue}`);
  assertWait('maxWaitMs', maxWaitMs);
  return { maxQueue, maxWaitMs, clock };
}

export function assertWait(name: string, ms: number): void {
  if (!(ms > 0)) throw new RangeError(`${name}: expected milliseconds above 0, got ${ms}`);
}
