/** How long a failed event waits, and the name of the topic it waits on. */
export interface RetryDelay {
  /** As it was configured: `30s`. */
  readonly name: string;
  readonly ms: number;
}

/**
 * The delays of an event's retries: one attempt, and one more after each delay. There is no second number that says how many
 * retries there are, so no retry can be without its delay (`setTimeout(NaN)` fires at once).
 */
export class RetrySchedule {
  readonly delays: readonly RetryDelay[];

  /** @throws {RangeError} for no delays, and for delays that do not rise: a later retry never comes before an earlier one */
  constructor(delays: readonly RetryDelay[]) {
    if (delays.length === 0) throw new RangeError('expected at least one delay');
    delays.reduce((before, { name, ms }) => {
      if (!Number.isSafeInteger(ms) || ms <= before) {
        throw new RangeError(
          `expected rising delays in whole milliseconds, not ${name} (${ms} ms) after ${before} ms`,
        );
      }
      return ms;
    }, 0);
    this.delays = delays;
  }

  /** The first one included. */
  get attempts(): number {
    return this.delays.length + 1;
  }

  /** @param attempts how often it has failed, from 1. @returns undefined when it has had all its attempts */
  delayAfter(attempts: number): RetryDelay | undefined {
    return this.delays[attempts - 1];
  }
}
