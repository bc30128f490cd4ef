import { randomUUID } from 'node:crypto';
import { type Clock } from '../time/clock.ts';
import { InterruptibleWait } from '../time/interruptible-wait.ts';
import { AcquireRefused, closed, tooLong } from '../waiting/acquire-refused.ts';
import {
  type AcquireOptions,
  assertWait,
  type QueueOptions,
  queueOptionsOf,
} from '../waiting/queue-options.ts';
import { type Waiter, WaitingCallers } from '../waiting/waiting-callers.ts';
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
  readonly #maxQueue: number;
  readonly #maxWaitMs: number;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #callers = new WaitingCallers((caller) => this.#left(caller));
  readonly #granted = new Map<Waiter, Permit>();
  /** The wait of the first caller. A release ends it. */
  readonly #wait: InterruptibleWait;
  /** The caller that asks, or waits to ask again. */
  #first: Waiter | undefined;
  #isClosed = false;

  /** @throws {RangeError} for `permits` below 1, a lease below 100 ms, or invalid options of the queue */
  constructor(options: LeasedSemaphoreOptions) {
    const { permits, leaseMs = 10_000, newId = randomUUID } = options;
    if (!Number.isSafeInteger(permits) || permits < 1)
      throw new RangeError(`permits: expected a whole number of at least 1, got ${permits}`);
    if (!Number.isSafeInteger(leaseMs) || leaseMs < SHORTEST_LEASE_MS)
      throw new RangeError(
        `leaseMs: expected whole milliseconds of at least ${SHORTEST_LEASE_MS}, got ${leaseMs}`,
      );
    const { maxQueue, maxWaitMs, clock } = queueOptionsOf(options);
    this.#options = options;
    this.#leaseMs = leaseMs;
    this.#maxQueue = maxQueue;
    this.#maxWaitMs = maxWaitMs;
    this.#clock = clock;
    this.#wait = new InterruptibleWait(clock);
    this.#newId = newId;
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
  async acquire({ signal, timeoutMs = this.#maxWaitMs }: AcquireOptions = {}): Promise<Permit> {
    if (timeoutMs !== 0) assertWait('timeoutMs', timeoutMs);
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed('semaphore');
    // One more: the first caller does not wait, it asks.
    if (this.#callers.size > this.#maxQueue)
      throw new AcquireRefused('queue-full', `${this.#callers.size} callers wait already`, undefined);
    if (timeoutMs === 0 && this.#callers.size > 0) throw tooLong(undefined);
    const caller: Waiter = { units: 1, deadline: this.#clock.monotonicMs() + timeoutMs };
    const granted = this.#callers.add(caller, signal);
    const cancel = this.#refuseAfter(timeoutMs, caller);
    if (this.#first === undefined) void this.#run();
    try {
      await granted;
      return this.#granted.get(caller) as Permit;
    } finally {
      cancel();
      this.#granted.delete(caller);
    }
  }

  /** Refuses the callers that wait, and every later one. Permits stay valid. Idempotent. The store belongs to the caller. */
  close(): void {
    this.#isClosed = true;
    for (const caller of this.#callers) this.#callers.refuse(caller, closed('semaphore'));
    this.#wait.interrupt();
  }

  #refuseAfter(timeoutMs: number, caller: Waiter): () => void {
    // Without a wait, the answer of the store decides.
    if (timeoutMs === 0 || timeoutMs === Infinity) return () => undefined;
    return this.#clock.after(timeoutMs, () => {
      this.#callers.refuse(caller, tooLong(undefined));
      this.#left(caller);
    });
  }

  #left(caller: Waiter): void {
    if (caller === this.#first) this.#wait.interrupt();
  }

  async #run(): Promise<void> {
    const { store, name } = this.#options;
    // Set before the first question: a release between question and answer must not be missed.
    this.#first = this.#callers.first;
    const unsubscribe = store.onRelease(name, () => this.#wait.interrupt());
    for (; this.#first !== undefined; this.#first = this.#callers.first) await this.#serve(this.#first);
    unsubscribe();
  }

  async #serve(caller: Waiter): Promise<void> {
    const { store, name, permits } = this.#options;
    const [holder, askedAtMs, leaseMs] = [this.#newId(), this.#clock.monotonicMs(), this.#leaseMs];
    this.#wait.reset();
    try {
      const answer = await store.acquire({ name, holder, permits, leaseMs });
      if (!answer.granted) return await this.#askLater(caller, answer.freeInMs);
      const { token } = answer;
      this.#received(new Permit({ store, clock: this.#clock, name, holder, leaseMs, token, askedAtMs }));
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
    if (caller.deadline <= this.#clock.monotonicMs()) return this.#callers.refuse(caller, tooLong(undefined));
    await this.#wait.wait(freeInMs);
  }
}
