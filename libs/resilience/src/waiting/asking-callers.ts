import { type Clock } from '../time/clock.ts';
import { InterruptibleWait } from '../time/interruptible-wait.ts';
import { AcquireRefused, closed, tooLong } from './acquire-refused.ts';
import { type AcquireOptions, assertWait, type QueueOptions, queueOptionsOf } from './queue-options.ts';
import { type Waiter, WaitingCallers } from './waiting-callers.ts';

/** What the first caller of a queue asks for, and how. */
export interface Asking {
  /** What refuses: a text for the error of a closed one. */
  readonly what: string;
  /** Called when a first caller comes. The function that it returns is called when no caller is left. */
  begin(): () => void;
  /** Grants the first caller, refuses it, or waits. It is called again until the queue is empty. Must not reject. */
  serve(first: Waiter): Promise<void>;
}

/** Callers of one process that share something with other processes. They wait in the order of their calls; only the first asks. */
export class AskingCallers {
  readonly clock: Clock;
  /** The wait of the first caller, between two questions. It ends when this caller leaves, or the queue is closed. */
  readonly wait: InterruptibleWait;
  readonly #asking: Asking;
  readonly #maxQueue: number;
  readonly #maxWaitMs: number;
  readonly #callers = new WaitingCallers((caller) => this.#left(caller));
  /** The caller that asks, or waits to ask again. */
  #first: Waiter | undefined;
  #isClosed = false;

  /** @throws {RangeError} for invalid options */
  constructor(asking: Asking, options: QueueOptions) {
    const { maxQueue, maxWaitMs, clock } = queueOptionsOf(options);
    this.#asking = asking;
    this.#maxQueue = maxQueue;
    this.#maxWaitMs = maxWaitMs;
    this.clock = clock;
    this.wait = new InterruptibleWait(clock);
  }

  /** Number of callers that wait, or that ask. */
  get size(): number {
    return this.#callers.size;
  }

  get first(): Waiter | undefined {
    return this.#callers.first;
  }

  has(caller: Waiter): boolean {
    return this.#callers.has(caller);
  }

  grant(caller: Waiter): void {
    this.#callers.grant(caller);
  }

  refuse(caller: Waiter, error: unknown): void {
    this.#callers.refuse(caller, error);
  }

  /**
   * Resolves when the caller is granted.
   *
   * @param leastWaitMs how long it must wait in any case
   * @throws {AcquireRefused} when the wait would be too long, or too many callers wait, or the queue is closed
   * @throws what `serve` refuses it with, or the reason of the signal
   */
  async enter(
    units: number,
    { signal, timeoutMs = this.#maxWaitMs }: AcquireOptions,
    leastWaitMs = 0,
  ): Promise<Waiter> {
    if (timeoutMs !== 0) assertWait('timeoutMs', timeoutMs);
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed(this.#asking.what);
    // One more: the first caller does not wait, it asks.
    if (this.size > this.#maxQueue)
      throw new AcquireRefused('queue-full', `${this.size} callers wait already`, undefined);
    if (leastWaitMs > timeoutMs) throw tooLong(Math.ceil(leastWaitMs));
    if (timeoutMs === 0 && this.size > 0) throw tooLong(undefined);
    const caller: Waiter = { units, deadline: this.clock.monotonicMs() + timeoutMs };
    const granted = this.#callers.add(caller, signal);
    const cancel = this.#refuseAfter(timeoutMs, caller);
    if (this.#first === undefined) void this.#run();
    try {
      await granted;
      return caller;
    } finally {
      cancel();
    }
  }

  /** Refuses the callers that wait, and every later one. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const caller of this.#callers) this.#callers.refuse(caller, closed(this.#asking.what));
    this.wait.interrupt();
  }

  #refuseAfter(timeoutMs: number, caller: Waiter): () => void {
    // Without a wait, the answer to the question decides.
    if (timeoutMs === 0 || timeoutMs === Infinity) return () => undefined;
    return this.clock.after(timeoutMs, () => {
      this.#callers.refuse(caller, tooLong(undefined));
      this.#left(caller);
    });
  }

  #left(caller: Waiter): void {
    if (caller === this.#first) this.wait.interrupt();
  }

  async #run(): Promise<void> {
    this.#first = this.first;
    const end = this.#asking.begin();
    for (; this.#first !== undefined; this.#first = this.first) await this.#asking.serve(this.#first);
    end();
  }
}
