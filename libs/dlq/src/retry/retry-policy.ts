import { Backoff, type BackoffOptions } from './backoff.ts';
import { errorKindOf } from './error-kind.ts';

export interface RetryPolicyOptions {
  /** The number of attempts, including the first. With `Infinity` the consumer never gives up. */
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  /** The delays while infrastructure is unavailable. */
  readonly holdBackoff: BackoffOptions;
}

/** How often the event itself has failed, and how often infrastructure has failed since. */
export interface Failures {
  readonly attempts: number;
  readonly holds: number;
}

export type Decision =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'hold'; readonly afterMs: number }
  | { readonly kind: 'dead-letter' };

const DEFAULTS: RetryPolicyOptions = {
  attempts: 5,
  backoff: { firstMs: 100, factor: 2, maxMs: 10_000, jitter: 0.2 },
  holdBackoff: { firstMs: 100, factor: 2, maxMs: 5_000, jitter: 0.2 },
};

/** Decides what happens to an event that failed. It keeps no state: the caller counts the failures. */
export class RetryPolicy {
  private readonly attempts: number;
  private readonly backoff: Backoff;
  private readonly holdBackoff: Backoff;

  constructor(options: Partial<RetryPolicyOptions> = {}) {
    const { attempts, backoff, holdBackoff } = { ...DEFAULTS, ...options };
    if (attempts !== Infinity && (!Number.isInteger(attempts) || attempts < 1)) {
      throw new RangeError(`expected attempts to be a whole number from 1, or Infinity, got ${attempts}`);
    }
    this.attempts = attempts;
    this.backoff = new Backoff(backoff);
    this.holdBackoff = new Backoff(holdBackoff);
  }

  /** @param failures including the current failure */
  decide(error: unknown, failures: Failures): Decision {
    const kind = errorKindOf(error);
    if (kind === 'infrastructure') return this.hold(failures.holds);
    if (kind === 'permanent' || failures.attempts >= this.attempts) return { kind: 'dead-letter' };
    return { kind: 'retry', afterMs: this.backoff.delayMs(failures.attempts) };
  }

  /** @param holds the number of infrastructure failures so far, from 1 */
  hold(holds: number): Decision & { kind: 'hold' } {
    return { kind: 'hold', afterMs: this.holdBackoff.delayMs(holds) };
  }
}
