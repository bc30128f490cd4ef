import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/**
 * Where the state of limits lives.
 *
 * - Ordering and concurrency: decisions for one key are atomic and totally ordered, over every process that shares the
 *   store; calls may overlap freely.
 * - Idempotency: none. Every `take` that returns has counted or has been denied; one that rejects may or may not have
 *   counted, and must not be repeated.
 * - Closing: `close` is idempotent; a `take` in flight or after it rejects.
 */
export interface LimitStore {
  /** Takes `cost` units of `key` if the policy admits them now. Rejects with a `retryable` error if it cannot tell. */
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
