/** How long a failed event waits, and the name that its retry topic is derived from. */
export interface RetryDelay {
  /** As it was configured: `30s`. */
  readonly name: string;
  readonly ms: number;
}

/**
 * The delays of an event's retries: one attempt, and one more after each delay. The number of retries is the number of
 * delays, so each retry has its delay (`setTimeout(NaN)` fires at once).
 */
export class RetrySchedule {
  readonly delays: readonly RetryDelay[];

  /** @throws {RangeError} for an empty list, and for delays that do not increase from one retry to the next */
  constructor(delays: readonly RetryDelay[]) {
    if (delays.length === 0) throw new RangeError('expected at least one delay');
    delays.reduce((before, { name, ms }) => {
      if (!Number.isSafeInteger(ms) || ms <= before) {
        throw new RangeError(
          `expected increasing delays in whole milliseconds, got ${name} (${ms} ms) after ${before} ms`,
        );
      }
      return ms;
    }, 0);
    this.delays = delays;
  }

  /** The number of attempts, including the first. */
  get attempts(): number {
    return this.delays.length + 1;
  }

  /** @param attempts the number of failed attempts, from 1. @returns undefined after the last attempt */
  delayAfter(attempts: number): RetryDelay | undefined {
    return this.delays[attempts - 1];
  }
}
