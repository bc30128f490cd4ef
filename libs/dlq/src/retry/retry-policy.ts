import { Backoff, type BackoffOptions } from './backoff.ts';
import { errorKindOf } from './error-kind.ts';

export interface RetryPolicyOptions {
  /** How often an event is tried, the first time included; `Infinity` never gives up. */
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  /** The delays while infrastructure is away. */
  readonly holdBackoff: BackoffOptions;
}

/** How often an event has failed, and how often infrastructure has failed it since. */
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

/** Decides what becomes of an event that failed. It keeps no state: the failures are counted by the caller. */
export class RetryPolicy {
  private readonly attempts: number;
  private readonly backoff: Backoff;
  private readonly holdBackoff: Backoff;

  constructor(options: Partial<RetryPolicyOptions> = {}) {
    const { attempts, backoff, holdBackoff } = { ...DEFAULTS, ...options };
    if (attempts !== Infinity && (!Number.isInteger(attempts) || attempts < 1)) {
      throw new RangeError(`expected a whole number of attempts from 1, or Infinity, not ${attempts}`);
    }
    this.attempts = attempts;
    this.backoff = new Backoff(backoff);
    this.holdBackoff = new Backoff(holdBackoff);
  }

  /** @param failures with this failure counted */
  decide(error: unknown, failures: Failures): Decision {
    const kind = errorKindOf(error);
    if (kind === 'infrastructure') return this.hold(failures.holds);
    if (kind === 'permanent' || failures.attempts >= this.attempts) return { kind: 'dead-letter' };
    return { kind: 'retry', afterMs: this.backoff.delayMs(failures.attempts) };
  }

  /** @param holds from 1 */
  hold(holds: number): Decision & { kind: 'hold' } {
    return { kind: 'hold', afterMs: this.holdBackoff.delayMs(holds) };
  }
}
