/** Asks for one permit of a semaphore. */
export interface PermitRequest {
  /** The semaphore. */
  readonly name: string;
  /** A new random id for each permit. */
  readonly holder: string;
  /** How many holders the semaphore may have at once. */
  readonly permits: number;
  readonly leaseMs: number;
}

/**
 * - Granted: `token` is larger than that of every earlier grant of this semaphore.
 * - Otherwise: `freeInMs` is the time until the next lease ends, at least 1. A permit may be released earlier.
 */
export type PermitAnswer =
  { readonly granted: true; readonly token: number } | { readonly granted: false; readonly freeInMs: number };

/**
 * Stores who holds the permits of semaphores, each for the time of a lease by the store's clock.
 *
 * - Concurrency: calls are atomic and, for each semaphore, totally ordered across all processes.
 * - Idempotency: every call may be repeated. A holder that has a permit keeps it, with a new token and a new lease.
 * - Closing: `close` is idempotent. Calls that are in flight or start later reject.
 */
export interface SemaphoreStore {
  acquire(request: PermitRequest): Promise<PermitAnswer>;
  /** Extends the lease of a holder. Returns false if the holder has no permit: its lease has ended. */
  renew(name: string, holder: string, leaseMs: number): Promise<boolean>;
  /** Gives the permit back, if the holder still has it. */
  release(name: string, holder: string): Promise<void>;
  /**
   * Calls `wake` after a release, and possibly without one. A call may be missing or late, so a caller also asks again when the
   * next lease ends.
   *
   * @returns a function that ends the calls
   */
  onRelease(name: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/** The store did not answer, or not in time. */
export class SemaphoreStoreUnavailable extends Error {
  readonly code = 'semaphore-store-unavailable';
  readonly retryable = true;
  readonly infrastructure = true;
}
