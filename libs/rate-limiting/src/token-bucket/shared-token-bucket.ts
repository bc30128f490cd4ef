import { type AcquireOptions, AskingCallers, tooLong, type Waiter } from '@groundwork/resilience';
import { type Decision } from '../gcra/decision.ts';
import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { Pause } from './pause.ts';
import { type TokenBucketOptions } from './token-bucket-options.ts';

/** Decides for all processes: a `Limiter`. */
export interface UnitLimiter {
  take(policy: RatePolicy, key: string, cost: number): Promise<Decision>;
  /** Gives back units that `take` admitted. @param decidedBy who admitted them */
  refund(policy: RatePolicy, key: string, cost: number, decidedBy: Decision['decidedBy']): Promise<void>;
}

/** The longest random wait of a process that competes for units, in addition to the wait that the limiter asks for. */
const MOST_SPREAD_MS = 1_000;

/** Units that were taken for a caller that left meanwhile. */
interface Spare {
  readonly units: number;
  readonly decidedBy: Decision['decidedBy'];
}

export interface SharedTokenBucketOptions extends TokenBucketOptions {
  readonly limiter: UnitLimiter;
  /** The peer. All processes with the same policy and key share the units. */
  readonly key: string;
  /** Returns numbers from 0 to below 1: processes that compete for units ask at random moments. Default: Math.random. */
  readonly random?: () => number;
}

/**
 * A token bucket whose units all processes share. Each process has a queue, as in `TokenBucket`, and only its first caller
 * asks for units:
 *
 *     first of the queue ── asks ──▶ allowed ──▶ granted, the next one is first
 *                            └─ denied ──▶ waits as long as the answer says ──▶ asks again
 *
 * While the limiter is exact, it admits at most `capacity + ratePerSecond * t` units in `t` seconds, over all processes. Its
 * answers may reach the callers with a delay. Callers of one process are granted in the order of their calls. Processes have
 * no order between them: requests for many units may wait long while other processes ask for few.
 *
 * A pause is known to this process only.
 */
export class SharedTokenBucket {
  readonly #policy: RatePolicy;
  readonly #options: SharedTokenBucketOptions;
  readonly #random: () => number;
  readonly #pause: Pause;
  readonly #callers: AskingCallers;
  /** For the next caller. */
  #spare: Spare | undefined;
  /** The caller that was denied last. */
  #denied: Waiter | undefined;
  /**
   * Units for which this process waited and which another process took first, minus units that it has received since. The
   * more, the longer it waits. Without this wait, all processes would ask for each unit, and all but one would be denied. The
   * bucket of the limiter keeps the units meanwhile, up to its capacity.
   */
  #lost = 0;

  /** @throws {RangeError} for a negative or fractional `maxQueue`, or a limit of time that is not a positive number */
  constructor(policy: RatePolicy, options: SharedTokenBucketOptions) {
    this.#policy = policy;
    this.#options = options;
    this.#callers = new AskingCallers(
      {
        what: 'bucket',
        begin: () => () => this.#giveBackSpare(),
        serve: (first) => (this.#pause.leftMs > 0 ? this.#waitForEndOfPause(first) : this.#serve(first)),
      },
      options,
    );
    this.#random = options.random ?? Math.random;
    this.#pause = new Pause(this.#callers.clock, options.maxPauseMs);
  }

  /** Number of callers of this process that wait, or that ask for their units. */
  get waiting(): number {
    return this.#callers.size;
  }

  /**
   * Takes units, and waits for them if necessary.
   *
   * @param units a whole number, at most the capacity
   * @throws {CostExceedsCapacity} for more units than the bucket can ever have
   * @throws {AcquireRefused} when the wait would be too long, or too many callers wait, or the bucket is closed
   * @throws the error of the limiter, when it cannot decide
   * @throws the reason of the signal, when it is aborted first
   */
  async acquire(units = 1, options: AcquireOptions = {}): Promise<void> {
    assertCost(this.#policy, units);
    await this.#callers.enter(units, options, this.#pause.leftMs);
  }

  /**
   * Asks for nothing before this time, as in `TokenBucket`. The first caller is refused at once when it cannot wait for the end
   * of the pause. A caller behind it is refused when its turn comes, or when its time is over.
   */
  pauseUntil(time: Date): void {
    this.#pause.until(time);
    this.#callers.wait.interrupt();
  }

  /** Refuses the callers that wait, and every later one. Idempotent. The limiter belongs to the caller. */
  close(): void {
    this.#callers.close();
  }

  async #waitForEndOfPause(caller: Waiter): Promise<void> {
    const { leftMs } = this.#pause;
    this.#giveBackSpare();
    if (this.#callers.clock.monotonicMs() + leftMs > caller.deadline)
      return this.#callers.refuse(caller, tooLong(Math.ceil(leftMs)));
    await this.#waitFor(leftMs);
  }

  async #serve(caller: Waiter): Promise<void> {
    const { limiter, key } = this.#options;
    if (this.#spare !== undefined && this.#grantFrom(this.#spare, caller)) return;
    try {
      const decision = await limiter.take(this.#policy, key, caller.units);
      if (decision.allowed) this.#received(caller, decision);
      else await this.#askLater(caller, decision.retryAfterMs);
    } catch (error) {
      this.#callers.refuse(caller, error);
    }
  }

  /** Gives the units back if they are too few: used later, they would exceed the limit of that time. */
  #grantFrom(spare: Spare, caller: Waiter): boolean {
    const left = spare.units - caller.units;
    this.#spare = left > 0 ? { ...spare, units: left } : undefined;
    if (left >= 0) this.#callers.grant(caller);
    else void this.#giveBack(spare);
    return left >= 0;
  }

  #received(caller: Waiter, { decidedBy }: Decision): void {
    const received: Spare = { units: caller.units, decidedBy };
    // After a pause that began meanwhile, the caller asks again.
    if (this.#pause.leftMs > 0) return void this.#giveBack(received);
    this.#lost = Math.max(0, this.#lost - caller.units);
    if (this.#callers.has(caller)) this.#callers.grant(caller);
    else this.#spare = received;
  }

  #giveBackSpare(): void {
    if (this.#spare !== undefined) void this.#giveBack(this.#spare);
    this.#spare = undefined;
  }

  async #giveBack({ units, decidedBy }: Spare): Promise<void> {
    try {
      await this.#options.limiter.refund(this.#policy, this.#options.key, units, decidedBy);
    } catch {
      // Without an answer the units are lost, which only makes the limit stricter for a moment.
    }
  }

  async #askLater(caller: Waiter, retryAfterMs: number): Promise<void> {
    if (!this.#callers.has(caller)) return;
    const leftMs = caller.deadline - this.#callers.clock.monotonicMs() - retryAfterMs;
    if (leftMs < 0) return this.#callers.refuse(caller, tooLong(retryAfterMs));
    const { capacity, ratePerSecond } = this.#policy;
    if (caller === this.#denied) this.#lost = Math.min(this.#lost + caller.units, capacity);
    this.#denied = caller;
    const spreadMs = Math.min((this.#lost * 1_000) / ratePerSecond, MOST_SPREAD_MS, leftMs);
    await this.#waitFor(retryAfterMs + this.#random() * spreadMs);
  }

  /** Waits for a time, or until the first caller leaves, or the bucket is paused or closed. */
  #waitFor(ms: number): Promise<void> {
    this.#callers.wait.reset();
    return this.#callers.wait.wait(ms);
  }
}
