import { type Charge } from '../gcra/charge.ts';
import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/**
 * Stores the state of limits.
 *
 * - Ordering and concurrency: calls are atomic and, for each key, totally ordered across all processes that share the store.
 *   Calls may overlap freely.
 * - Idempotency: `peek` and `reset` may be repeated. A `take` or `refund` that returns was done once. One that rejects may have
 *   been done and must not be retried.
 * - Invalid charges are refused before anything is written (`assertCharges`).
 * - Closing: `close` is idempotent. Calls that are in flight or start later reject.
 */
export interface LimitStore {
  /**
   * Takes the units of all charges if every enforced policy admits its charge now, and none otherwise. A shadow policy takes its
   * units only if it admits them. Returns one decision for each charge, in their order: `allowed` says whether its own policy
   * admits it. Rejects with a `retryable` error if the store cannot decide.
   */
  take(charges: readonly Charge[]): Promise<Decision[]>;
  /** Returns the decisions of `take` without taking units. */
  peek(charges: readonly Charge[]): Promise<Decision[]>;
  /**
   * Gives back units that were taken and not used, up to the capacity. Refund only what `take` admitted, only once, and at
   * once: units that the bucket has refilled in the meantime would be given twice.
   */
  refund(charges: readonly Charge[]): Promise<void>;
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
