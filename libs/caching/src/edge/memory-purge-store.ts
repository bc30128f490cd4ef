import { PurgeQueueFullError } from '../errors/purge-queue-full.error.ts';
import { PurgeStoreUnavailableError } from '../errors/purge-store-unavailable.error.ts';
import { type ClaimRequest, type PurgeClaim, type PurgeStore, type Settlement } from './purge-store.ts';
import { jobIdOf, type PurgeTarget } from './purge-target.ts';

export interface MemoryPurgeStoreOptions {
  /** Jobs that may wait at the same time. Default: 100,000. */
  readonly maxJobs?: number;
  /** Monotonic time in milliseconds. Default: performance.now. */
  readonly now?: () => number;
}

interface Job {
  readonly target: PurgeTarget;
  readonly storedAt: number;
  purges: number;
  failures: number;
  refusals: number;
  dueAt: number;
  token: string | undefined;
}

/** Purges in the memory of one process, for tests. They are lost when the process ends. */
export class MemoryPurgeStore implements PurgeStore {
  readonly #maxJobs: number;
  readonly #now: () => number;
  readonly #jobs = new Map<string, Job>();
  readonly #wakes = new Set<() => void>();
  #isClosed = false;

  constructor({ maxJobs = 100_000, now = () => performance.now() }: MemoryPurgeStoreOptions = {}) {
    this.#maxJobs = maxJobs;
    this.#now = now;
  }

  async put(targets: readonly PurgeTarget[]): Promise<void> {
    this.#assertOpen();
    const added = targets.filter((target) => !this.#jobs.has(jobIdOf(target)));
    if (this.#jobs.size + added.length > this.#maxJobs) throw new PurgeQueueFullError(this.#maxJobs);
    const now = this.#now();
    for (const target of targets) {
      const { failures = 0, refusals = 0 } = this.#jobs.get(jobIdOf(target)) ?? {};
      const job = { target, failures, refusals, purges: 0, storedAt: now, dueAt: now, token: undefined };
      this.#jobs.set(jobIdOf(target), job);
    }
    for (const wake of this.#wakes) wake();
  }

  async claim({ most, leaseMs, token }: ClaimRequest): Promise<PurgeClaim> {
    this.#assertOpen();
    const now = this.#now();
    const inOrder = [...this.#jobs.values()].sort((a, b) => a.dueAt - b.dueAt);
    const claimed = inOrder.filter(({ dueAt }) => dueAt <= now).slice(0, most);
    for (const job of claimed) {
      job.token = token;
      job.dueAt = now + leaseMs;
    }
    const nextDueAt = Math.min(...inOrder.map(({ dueAt }) => dueAt));
    return {
      jobs: claimed.map(({ target, purges, failures, refusals, storedAt }) => ({
        ...{ target, purges, failures, refusals },
        ageMs: now - storedAt,
      })),
      nextDueInMs: inOrder.length === 0 ? undefined : Math.max(0, nextDueAt - now),
    };
  }

  async settle(token: string, settlements: readonly Settlement[]): Promise<void> {
    this.#assertOpen();
    for (const { target, next } of settlements) {
      const job = this.#jobs.get(jobIdOf(target));
      if (job?.token !== token) continue;
      if (next === undefined) this.#jobs.delete(jobIdOf(target));
      else {
        const { purges, failures, refusals, dueInMs } = next;
        Object.assign(job, { purges, failures, refusals, dueAt: this.#now() + dueInMs, token: undefined });
      }
    }
  }

  async size(): Promise<number> {
    this.#assertOpen();
    return this.#jobs.size;
  }

  onPut(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wakes.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PurgeStoreUnavailableError('it is closed');
  }
}
