import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/**
 * Stores the state of limits.
 *
 * - Ordering and concurrency: decisions for one key are atomic and totally ordered across all processes that share the
 *   store. Calls may overlap freely.
 * - Idempotency: `peek` and `reset` may be repeated. A `take` or `refund` that returns was done once. One that rejects may have
 *   been done and must not be retried.
 * - Closing: `close` is idempotent. Calls that are in flight or start later reject.
 */
export interface LimitStore {
  /** Takes `cost` units of `key` if the policy admits them now. Rejects with a `retryable` error if it cannot decide. */
  take(policy: RatePolicy, key: string, cost: number): Promise<Decision>;
  /** Returns the decision of `take` without taking units. */
  peek(policy: RatePolicy, key: string, cost: number): Promise<Decision>;
  /**
   * Gives back units that were taken and not used, up to the capacity. Refund only what `take` admitted, only once, and at
   * once: units that the bucket has refilled in the meantime would be given twice.
   */
  refund(policy: RatePolicy, key: string, cost: number): Promise<void>;
  /** Forgets the key: its bucket is full. */
  reset(policy: RatePolicy, key: string): Promise<void>;
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
