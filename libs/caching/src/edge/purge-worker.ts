import { randomUUID } from 'node:crypto';
import { type Clock, InterruptibleWait, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type EdgeTier } from './edge-tier.ts';
import { callsOf, type PurgeCall } from './purge-call.ts';
import { PurgePolicy, type PurgePolicyOptions, retryAfterOf } from './purge-policy.ts';
import { type PurgeJob, type PurgeStore, type Settlement } from './purge-store.ts';
import { type PurgeTarget } from './purge-target.ts';
import { quietly } from '../quietly.ts';

export interface PurgeWorkerOptions extends PurgePolicyOptions {
  readonly store: PurgeStore;
  readonly edge: EdgeTier;
  /**
   * Receives purges that failed for `maxAgeMs`, or that the edge refused `maxRefusals` times. The edge may serve old objects until their time
   * to live ends. Called before the jobs are removed; a crash in between calls it again.
   */
  readonly onGivenUp: (targets: readonly PurgeTarget[], error: unknown) => void;
  /** Receives each failure of the edge that is retried, and each failure of the store. */
  readonly onFailure?: (error: unknown, targets: readonly PurgeTarget[]) => void;
  /** Jobs in one claim, so also the most requests at the same time. Default: 100. */
  readonly batch?: number;
  /** The longest time of an attempt at the edge. Default: 10,000. */
  readonly attemptLimitMs?: number;
  /** How long a claim lasts. After it, other workers take over the jobs of a killed one. Default: 30,000. */
  readonly leaseMs?: number;
  /** How often the worker asks for jobs without a message of the store. Default: 1,000. */
  readonly pollMs?: number;
  readonly clock?: Clock;
  /** Numbers from 0 to below 1, for the jitter. Default: `Math.random`. */
  readonly random?: () => number;
  readonly newToken?: () => string;
}

/**
 * Does the purges of a store: each one at once, and a second time a little later.
 *
 *   claim due jobs ─▶ purge ─▶ confirmed ─▶ due again after `secondPurgeMs` ─▶ purge ─▶ confirmed ─▶ finished
 *                       └─▶ failed ─▶ due again after a back-off … ─▶ given up after `maxAgeMs`, reported
 *
 * Any number of workers may share a store. When the edge asks to wait (Retry-After), the worker sends nothing for that time.
 */
export class PurgeWorker {
  readonly #options: PurgeWorkerOptions;
  readonly #clock: Clock;
  readonly #policy: PurgePolicy;
  readonly #pause: InterruptibleWait;
  readonly #stopListening: () => void;
  readonly #running: Promise<void>;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #storeFailures = 0;
  #isClosed = false;

  /** Starts. @throws {RangeError} for a lease that could end during an attempt, and for an invalid time or number */
  constructor(options: PurgeWorkerOptions) {
    const { clock = SYSTEM_CLOCK, random = Math.random, attemptLimitMs = 10_000, leaseMs = 30_000 } = options;
    // A second worker would repeat each slow purge, and the first one could not store its outcome.
    if (!(leaseMs >= 2 * attemptLimitMs))
      throw new RangeError(
        `leaseMs: expected at least twice attemptLimitMs (${attemptLimitMs}), got ${leaseMs}`,
      );
    this.#options = options;
    this.#clock = clock;
    this.#policy = new PurgePolicy(options, random);
    this.#pause = new InterruptibleWait(clock);
    this.#stopListening = options.store.onPut(() => this.#pause.interrupt());
    this.#running = this.#run();
  }

  /** Ends after the attempt that is in flight. Jobs that wait stay in the store. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#pause.interrupt();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#pause.reset();
      const waitMs = await this.#turn();
      if (this.#isClosed) return;
      if (waitMs > 0) await this.#pause.wait(waitMs);
    }
  }

  /** Returns how long to wait for the next turn. Never rejects. */
  async #turn(): Promise<number> {
    const { pollMs = 1_000 } = this.#options;
    const pausedMs = this.#pausedUntil - this.#clock.monotonicMs();
    if (pausedMs > 0) return pausedMs;
    try {
      const { jobs, nextDueInMs = pollMs } = await this.#purgeDueJobs();
      this.#storeFailures = 0;
      // The lease of these jobs may be the next to end, although they are settled by now. So the worker asks again at once.
      return jobs.length > 0 ? 0 : Math.min(pollMs, Math.max(1, nextDueInMs));
    } catch (error) {
      this.#storeFailures += 1;
      this.#report(error, []);
      return this.#policy.retryInMs(this.#storeFailures);
    }
  }

  async #purgeDueJobs() {
    const { store, batch = 100, leaseMs = 30_000, newToken = randomUUID } = this.#options;
    const token = newToken();
    const claimed = await store.claim({ most: batch, leaseMs, token });
    if (claimed.jobs.length === 0) return claimed;
    const settled = await Promise.all(callsOf(claimed.jobs).map((call) => this.#purge(call)));
    await store.settle(token, settled.flat());
    return claimed;
  }

  async #purge(call: PurgeCall): Promise<Settlement[]> {
    try {
      await this.#askEdge(call);
      return call.jobs.map((job) => ({ target: job.target, next: this.#policy.confirmed(job).next }));
    } catch (error) {
      return this.#settleFailed(call.jobs, error);
    }
  }

  /** Ends within `attemptLimitMs`, also when the adapter ignores the signal. */
  async #askEdge({ kind, names, soft }: PurgeCall): Promise<void> {
    const { edge, attemptLimitMs = 10_000 } = this.#options;
    const abort = new AbortController();
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.after(attemptLimitMs, () => {
      const error = new Error(`the edge did not confirm the purge within ${attemptLimitMs} ms`);
      abort.abort(error);
      reject(error);
    });
    const options = { soft, signal: abort.signal };
    try {
      const work = kind === 'tag' ? edge.purgeTags(names, options) : edge.purge(names, options);
      await Promise.race([work, expired]);
    } finally {
      cancel();
    }
  }

  #settleFailed(jobs: readonly PurgeJob[], error: unknown): Settlement[] {
    const retryAfterMs = retryAfterOf(error);
    // The limit counts all purges of the edge, not only these.
    if (retryAfterMs !== undefined)
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonicMs() + retryAfterMs);
    const outcomes = jobs.map((job) => ({ target: job.target, ...this.#policy.failed(job, error) }));
    const targetsOf = (isGivenUp: boolean) =>
      outcomes.filter((outcome) => outcome.isGivenUp === isGivenUp).map(({ target }) => target);
    const [retried, givenUp] = [targetsOf(false), targetsOf(true)];
    if (retried.length > 0) this.#report(error, retried);
    // Before `settle`: a crash in between reports twice instead of never.
    if (givenUp.length > 0) quietly(() => this.#options.onGivenUp(givenUp, error));
    return outcomes.map(({ target, next }) => ({ target, next }));
  }

  #report(error: unknown, targets: readonly PurgeTarget[]): void {
    quietly(() => this.#options.onFailure?.(error, targets));
  }
}
