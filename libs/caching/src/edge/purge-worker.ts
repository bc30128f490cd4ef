import { randomUUID } from 'node:crypto';
import { type Clock, InterruptibleWait, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type EdgeTier } from './edge-tier.ts';
import { callsOf, type PurgeCall } from './purge-call.ts';
import { PurgePolicy, type PurgePolicyOptions, retryAfterOf } from './purge-policy.ts';
import { type PurgeJob, type PurgeStore, type Settlement } from './purge-store.ts';
import { type PurgeTarget } from './purge-target.ts';
import { assertCount } from '../values/assert-count.ts';
import { assertPositive } from '../values/assert-positive.ts';
import { quietly } from '../quietly.ts';

export interface PurgeWorkerOptions extends PurgePolicyOptions {
  readonly store: PurgeStore;
  readonly edge: EdgeTier;
  /**
   * Receives purges that failed for `maxAgeMs`, or that the edge refused `maxRefusals` times. The edge may serve old objects until their time
   * to live ends. The jobs are removed once it has resolved. If it throws, rejects, or takes longer than `attemptLimitMs`, they are tried again
   * and reported again; a crash in between does the same.
   */
  readonly onGivenUp: (targets: readonly PurgeTarget[], error: unknown) => void | Promise<void>;
  /** Receives each failure of the edge that is retried, and each failure of the store and of `onGivenUp`. */
  readonly onFailure?: (error: unknown, targets: readonly PurgeTarget[]) => void;
  /** Jobs in one claim. Default: 100. */
  readonly batch?: number;
  /** Calls of the edge at the same time. Default: 8. */
  readonly concurrency?: number;
  /** The longest time of an attempt at the edge. Default: 10,000. */
  readonly attemptLimitMs?: number;
  /** How long a claim lasts. After it, other workers take over the jobs of a killed one. At least three times `attemptLimitMs`. Default: 30,000. */
  readonly leaseMs?: number;
  /** How often the worker asks for jobs without a message of the store. Default: 1,000. */
  readonly pollMs?: number;
  readonly clock?: Clock;
  /** Numbers from 0 to below 1, for the jitter. Default: `Math.random`. */
  readonly random?: () => number;
  readonly newToken?: () => string;
}

interface ClaimedCall {
  readonly call: PurgeCall;
  readonly token: string;
  readonly claimedAt: number;
}

/**
 * Does the purges of a store: each one at once, and a second time a little later.
 *
 *   claim due jobs ─▶ purge ─▶ confirmed ─▶ due again after `secondPurgeMs` ─▶ purge ─▶ confirmed ─▶ finished
 *                       └─▶ failed ─▶ due again after a back-off … ─▶ given up after `maxAgeMs`, reported
 *
 * Any number of workers may share a store. When the edge asks to wait (Retry-After), the worker starts no call for that time; other workers
 * find out by themselves. An edge that does not answer delays all purges of its store, so each server has a store of its own (`PurgeQueue`).
 */
export class PurgeWorker {
  readonly #options: PurgeWorkerOptions;
  readonly #times: Record<'attemptLimitMs' | 'leaseMs' | 'pollMs' | 'batch' | 'concurrency', number>;
  readonly #clock: Clock;
  readonly #policy: PurgePolicy;
  readonly #pause: InterruptibleWait;
  readonly #stopListening: () => void;
  readonly #running: Promise<void>;
  /** Calls that are claimed and not started. */
  readonly #queue: ClaimedCall[] = [];
  /** Calls in flight. */
  readonly #lanes = new Set<Promise<void>>();
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #storeFailures = 0;
  #isClosed = false;

  /** Starts. @throws {RangeError} for a lease that could end during an attempt, and for an invalid time or number */
  constructor(options: PurgeWorkerOptions) {
    const { clock = SYSTEM_CLOCK, random = Math.random, edge } = options;
    const { attemptLimitMs = 10_000, leaseMs = 30_000, pollMs = 1_000 } = options;
    const { batch = 100, concurrency = 8 } = options;
    for (const [name, value] of Object.entries({ attemptLimitMs, leaseMs, pollMs }))
      assertPositive(name, value);
    for (const [name, value] of Object.entries({ batch, concurrency })) assertCount(name, value);
    for (const name of ['tagsPerCall', 'urlsPerCall'] as const)
      if (edge[name] !== undefined) assertCount(name, edge[name]);
    // A second worker would repeat each slow purge and each slow report, and the first one could not store their outcome.
    if (leaseMs < 3 * attemptLimitMs)
      throw new RangeError(
        `leaseMs: expected at least three times attemptLimitMs (${attemptLimitMs}), got ${leaseMs}`,
      );
    this.#times = { attemptLimitMs, leaseMs, pollMs, batch, concurrency };
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
      if (this.#isClosed) break;
      if (waitMs > 0) await this.#pause.wait(waitMs);
    }
    await Promise.all([...this.#lanes, this.#returnQueued()]);
  }

  /** Starts as many calls as may be in flight. Returns how long to wait for the next turn; a call that ends wakes it. Never rejects. */
  async #turn(): Promise<number> {
    const { pollMs, concurrency } = this.#times;
    const pausedMs = this.#pausedUntil - this.#clock.monotonicMs();
    if (pausedMs > 0) {
      await this.#returnQueued();
      return pausedMs;
    }
    if (this.#lanes.size === concurrency) return pollMs;
    try {
      const nextDueInMs = this.#queue.length === 0 ? await this.#claim() : 0;
      while (this.#queue.length > 0 && this.#lanes.size < concurrency && this.#maySend())
        this.#start(this.#queue.shift()!);
      return this.#lanes.size === concurrency ? pollMs : nextDueInMs;
    } catch (error) {
      return this.#storeFailed(error);
    }
  }

  /** Returns the time until more jobs are due: 0 after a claim of some. */
  async #claim(): Promise<number> {
    const { store, edge, newToken = randomUUID } = this.#options;
    const { batch, leaseMs, pollMs } = this.#times;
    const token = newToken();
    const claimedAt = this.#clock.monotonicMs();
    const { jobs, nextDueInMs = pollMs } = await store.claim({ most: batch, leaseMs, token });
    this.#storeFailures = 0;
    for (const call of callsOf(jobs, edge)) this.#queue.push({ call, token, claimedAt });
    // The lease of these jobs may be the next to end, although they are settled by then. So the worker asks again at once.
    return jobs.length > 0 ? 0 : Math.min(pollMs, Math.max(1, nextDueInMs));
  }

  /** A call that ended during the claim may have begun a pause. */
  #maySend(): boolean {
    return !this.#isClosed && this.#pausedUntil <= this.#clock.monotonicMs();
  }

  #start(claimed: ClaimedCall): void {
    const lane = this.#work(claimed).finally(() => {
      this.#lanes.delete(lane);
      this.#pause.interrupt();
    });
    this.#lanes.add(lane);
  }

  /** Each call is settled by itself, so a slow one does not hold up the others. Never rejects. */
  async #work({ call, token, claimedAt }: ClaimedCall): Promise<void> {
    const { leaseMs, attemptLimitMs } = this.#times;
    // The attempt and a report must end before the lease does.
    const mayStart = this.#clock.monotonicMs() - claimedAt <= leaseMs - 2 * attemptLimitMs;
    await this.#settle(token, mayStart ? await this.#purge(call) : returned(call));
  }

  async #returnQueued(): Promise<void> {
    for (const { call, token } of this.#queue.splice(0)) await this.#settle(token, returned(call));
  }

  /** If it fails, the jobs are due again when their lease ends. */
  async #settle(token: string, settlements: readonly Settlement[]): Promise<void> {
    try {
      await this.#options.store.settle(token, settlements);
    } catch (error) {
      this.#storeFailed(error);
    }
  }

  #storeFailed(error: unknown): number {
    this.#storeFailures += 1;
    this.#report(error, []);
    return this.#policy.retryInMs(this.#storeFailures);
  }

  async #purge({ kind, soft, jobs }: PurgeCall): Promise<Settlement[]> {
    const { edge } = this.#options;
    const names = jobs.map(({ target }) => target.name);
    try {
      await this.#withinLimit('the edge did not confirm the purge', (signal) =>
        kind === 'tag' ? edge.purgeTags(names, { soft, signal }) : edge.purge(names, { soft, signal }),
      );
      return jobs.map((job) => ({ target: job.target, next: this.#policy.confirmed(job) }));
    } catch (error) {
      return this.#settleFailed(jobs, error);
    }
  }

  /** Ends within `attemptLimitMs`, also when the work ignores the signal. */
  async #withinLimit(fault: string, work: (signal: AbortSignal) => void | Promise<void>): Promise<void> {
    const { attemptLimitMs } = this.#times;
    const abort = new AbortController();
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.after(attemptLimitMs, () => {
      const error = new Error(`${fault} within ${attemptLimitMs} ms`);
      abort.abort(error);
      reject(error);
    });
    try {
      await Promise.race([work(abort.signal), expired]);
    } finally {
      cancel();
    }
  }

  async #settleFailed(jobs: readonly PurgeJob[], error: unknown): Promise<Settlement[]> {
    const retryAfterMs = retryAfterOf(error);
    // The limit counts all purges of the edge, not only these.
    if (retryAfterMs !== undefined)
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonicMs() + retryAfterMs);
    const outcomes = jobs.map((job) => ({ target: job.target, ...this.#policy.failed(job, error) }));
    const [retried, givenUp] = [false, true].map((isGivenUp) =>
      outcomes.filter((outcome) => outcome.isGivenUp === isGivenUp),
    ) as [typeof outcomes, typeof outcomes];
    if (retried.length > 0) this.#report(error, targetsOf(retried));
    const isReported = givenUp.length === 0 || (await this.#giveUp(targetsOf(givenUp), error));
    return outcomes.map(({ target, next, isGivenUp }) => ({
      target,
      next: isGivenUp && isReported ? undefined : next,
    }));
  }

  /** Returns whether the application has received the targets. */
  async #giveUp(targets: readonly PurgeTarget[], cause: unknown): Promise<boolean> {
    try {
      await this.#withinLimit('onGivenUp did not resolve', () => this.#options.onGivenUp(targets, cause));
      return true;
    } catch (error) {
      this.#report(error, targets);
      return false;
    }
  }

  #report(error: unknown, targets: readonly PurgeTarget[]): void {
    quietly(() => this.#options.onFailure?.(error, targets));
  }
}

/** Puts the jobs of a call that was not sent back into the store: they are due at once, with the progress that they had. */
function returned({ jobs }: PurgeCall): Settlement[] {
  return jobs.map(({ target, purges, failures, refusals }) => ({
    target,
    next: { purges, failures, refusals, dueInMs: 0 },
  }));
}

function targetsOf(outcomes: readonly { readonly target: PurgeTarget }[]): PurgeTarget[] {
  return outcomes.map(({ target }) => target);
}
