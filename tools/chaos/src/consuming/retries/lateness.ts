import { type RetryDelay } from '@groundwork/dlq';
import { percentile } from '../../platform/percentile.ts';

/** The times at which an event was attempted and failed, oldest first: ms since 1970. */
export type Attempts = readonly number[];

/** How much later than due the retries came, in milliseconds. */
export interface Lateness {
  readonly delay: RetryDelay;
  readonly retries: number;
  /** The number of retries that came before they were due. */
  readonly early: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A retry is due when the delay has passed since the previous failure. */
export function latenessOf(
  delay: RetryDelay,
  /** Starts at 0. */
  index: number,
  attempts: Iterable<Attempts>,
): Lateness {
  const late = [...attempts].flatMap((times) => {
    const [failed, retried] = [times[index], times[index + 1]];
    return failed === undefined || retried === undefined ? [] : [retried - failed - delay.ms];
  });
  return {
    delay,
    retries: late.length,
    early: late.filter((ms) => ms < 0).length,
    p50: percentile(late, 50),
    p99: percentile(late, 99),
    max: percentile(late, 100),
  };
}
