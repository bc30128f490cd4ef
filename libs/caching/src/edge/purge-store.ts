import { type PurgeTarget } from './purge-target.ts';

/** How far a job is. A worker decides by it, and the store keeps it. */
export interface PurgeProgress {
  /** Purges that the edge has confirmed since the target was stored last. */
  readonly purges: number;
  /** Failures since the last confirmation. */
  readonly failures: number;
  /** Final errors since the last confirmation. */
  readonly refusals: number;
}

export interface PurgeJob extends PurgeProgress {
  readonly target: PurgeTarget;
  /** Time since the target was stored last. */
  readonly ageMs: number;
}

export interface ClaimRequest {
  /** Jobs to claim. */
  readonly most: number;
  readonly leaseMs: number;
  /** A new random text for each claim. */
  readonly token: string;
}

export interface PurgeClaim {
  readonly jobs: readonly PurgeJob[];
  /** Time until the next job that was not claimed is due, or a lease ends. 0 if more jobs are due. undefined without jobs. */
  readonly nextDueInMs: number | undefined;
}

/** What a worker has decided about a job. */
export interface Settlement {
  readonly target: PurgeTarget;
  /** undefined: the job is finished. Otherwise it is due again after `dueInMs`. */
  readonly next: (PurgeProgress & { readonly dueInMs: number }) | undefined;
}

/**
 * Stores purges until a worker has finished them. A job belongs to one target.
 *
 * Ordering: `claim` returns due jobs, the earliest first. `put` makes the jobs of its targets due at once and starts their progress again, also
 * while a worker has claimed them: its claim has then ended, because its purge may have come before the new change. The numbers of failures
 * and refusals stay.
 * Concurrency: calls are atomic, and totally ordered across all processes.
 * Leases: a claimed job is due again when its lease ends, so that the job of a killed worker is taken over. `settle` changes only jobs that
 * the claim of this token still has.
 * Idempotency: every call may be repeated.
 * Durability: a job whose `put` has resolved is lost only with the data of the store. A `put` that rejects may have stored its jobs.
 * Closing: `close` is idempotent. Calls that are in flight or start later reject.
 */
export interface PurgeStore {
  /** @throws {PurgeQueueFullError} if there is no room for all new targets; then none is stored */
  put(targets: readonly PurgeTarget[]): Promise<void>;
  claim(request: ClaimRequest): Promise<PurgeClaim>;
  settle(token: string, settlements: readonly Settlement[]): Promise<void>;
  /** Returns the number of jobs. */
  size(): Promise<number>;
  /**
   * Calls `wake` after a `put`, and possibly without one. A call may be missing, so a worker also asks again from time to time.
   *
   * @returns a function that ends the calls
   */
  onPut(wake: () => void): () => void;
  close(): Promise<void>;
}
