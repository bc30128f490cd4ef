import { randomUUID } from 'node:crypto';
import { tooLong } from '../waiting/acquire-refused.ts';
import { AskingCallers } from '../waiting/asking-callers.ts';
import { type AcquireOptions, type QueueOptions } from '../waiting/queue-options.ts';
import { type Waiter } from '../waiting/waiting-callers.ts';
import { Permit } from './permit.ts';
import { type SemaphoreStore } from './semaphore-store.ts';

export interface LeasedSemaphoreOptions extends QueueOptions {
  readonly store: SemaphoreStore;
  /** All processes with the same name share the permits. */
  readonly name: string;
  /** How many holders there may be at once, over all processes. */
  readonly permits: number;
  /** How long the permit of a dead process stays taken. It is renewed four times in this time. Default: 10 s. */
  readonly leaseMs?: number;
  /** Returns a new id for each permit. Default: random. */
  readonly newId?: () => string;
}

const SHORTEST_LEASE_MS = 100;

/**
 * Limits how many holders there are at once, over all processes: at most four exports, for example.
 *
 *     first of the queue ── asks ──▶ granted ──▶ the next one is first
 *                            └─ denied ──▶ waits for a release, or for the end of the next lease ──▶ asks again
 *
 * A permit is a lease: that of a killed process is free again after `leaseMs`. Callers of one process are granted in the order
 * of their calls; processes have no order between them.
 */
export class LeasedSemaphore {
  readonly #options: LeasedSemaphoreOptions;
  readonly #leaseMs: number;
  readonly #newId: () => string;
  readonly #callers: AskingCallers;
  readonly #granted = new Map<Waiter, Permit>();

  /** @throws {RangeError} for `permits` below 1, a lease below 100 ms, or invalid options of the queue */
  constructor(options: LeasedSemaphoreOptions) {
    const { permits, leaseMs = 10_000, newId = randomUUID } = options;
    if (!Number.isSafeInteger(permits) || permits < 1)
      throw new RangeError(`permits: expected a whole number of at least 1, got ${permits}`);
    if (!Number.isSafeInteger(leaseMs) || leaseMs < SHORTEST_LEASE_MS)
      throw new RangeError(
        `leaseMs: expected whole milliseconds of at least ${SHORTEST_LEASE_MS}, got ${leaseMs}`,
      );
    this.#options = options;
    this.#leaseMs = leaseMs;
    this.#newId = newId;
    const { store, name } = options;
    this.#callers = new AskingCallers(
      {
        what: 'semaphore',
        // Before the first question: a release between question and answer must not be missed.
        begin: () => store.onRelease(name, () => this.#callers.wait.interrupt()),
        serve: (first) => this.#serve(first),
      },
      options,
    );
  }

  /** Number of callers of this process that wait or ask for their permit. */
  get waiting(): number {
    return this.#callers.size;
  }

  /**
   * Runs work with a permit, and releases it afterwards. The work must stop when `permit.signal` is aborted.
   *
   * @throws as `acquire` does, and what the work throws
   */
  async run<T>(work: (permit: Permit) => Promise<T>, options: AcquireOptions = {}): Promise<T> {
    const permit = await this.acquire(options);
    try {
      return await work(permit);
    } finally {
      await permit.release();
    }
  }

  /**
   * Waits for a permit. Release it, or it stays taken as long as this process lives.
   *
   * @throws {AcquireRefused} when the wait is too long, or too many callers wait, or the semaphore is closed
   * @throws {SemaphoreStoreUnavailable} when the store does not answer
   * @throws the reason of the signal, when it is aborted first
   */
  async acquire(options: AcquireOptions = {}): Promise<Permit> {
    const caller = await this.#callers.enter(1, options);
    const permit = this.#granted.get(caller) as Permit;
    this.#granted.delete(caller);
    return permit;
  }

  /** Refuses the callers that wait, and every later one. Permits stay valid. Idempotent. The store belongs to the caller. */
  close(): void {
    this.#callers.close();
  }

  async #serve(caller: Waiter): Promise<void> {
    const { store, name, permits } = this.#options;
    const { clock, wait } = this.#callers;
    const [holder, askedAtMs, leaseMs] = [this.#newId(), clock.monotonicMs(), this.#leaseMs];
    wait.reset();
    try {
      const answer = await store.acquire({ name, holder, permits, leaseMs });
      if (!answer.granted) return await this.#askLater(caller, answer.freeInMs);
      const { token } = answer;
      this.#received(new Permit({ store, clock, name, holder, leaseMs, token, askedAtMs }));
    } catch (error) {
      // The store may have granted it. If this call is lost, too, the lease ends by itself.
      void store.release(name, holder).catch(() => undefined);
      this.#callers.refuse(caller, error);
    }
  }

  /** Passes the permit to the first caller: the one that has asked may have left meanwhile. */
  #received(permit: Permit): void {
    const caller = this.#callers.first;
    if (caller === undefined || !permit.isHeld) return void permit.release();
    this.#granted.set(caller, permit);
    this.#callers.grant(caller);
  }

  async #askLater(caller: Waiter, freeInMs: number): Promise<void> {
    if (!this.#callers.has(caller)) return;
    if (caller.deadline <= this.#callers.clock.monotonicMs())
      return this.#callers.refuse(caller, tooLong(undefined));
    await this.#callers.wait.wait(freeInMs);
  }
}
