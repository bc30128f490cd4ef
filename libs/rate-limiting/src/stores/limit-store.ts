import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/**
 * Stores the state of limits.
 *
 * - Ordering and concurrency: decisions for one key are atomic and totally ordered across all processes that share the
 *   store. Calls may overlap freely.
 * - Idempotency: none. A `take` that returns was either counted or denied. A `take` that rejects may have been counted and
 *   must not be retried.
 * - Closing: `close` is idempotent. A `take` that is in flight or starts later rejects.
 */
export interface LimitStore {
  /** Takes `cost` units of `key` if the policy admits them now. Rejects with a `retryable` error if it cannot decide. */
  take(policy: RatePolicy, key: string, cost: number): Promise<Decision>;
  /** Resolves when the store answers, rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store did not answer, or not in time. */
export class LimitStoreUnavailable extends Error {
  readonly code = 'limit-store-unavailable';
  readonly retryable = true;
  readonly infrastructure = true;
}
