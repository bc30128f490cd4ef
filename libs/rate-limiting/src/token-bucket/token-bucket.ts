import {
  type AcquireOptions,
  AcquireRefused,
  assertWait,
  type Clock,
  closed,
  queueOptionsOf,
  tooLong,
  WaitingCallers,
} from '@groundwork/resilience';
import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { Pause } from './pause.ts';
import { type TokenBucketOptions } from './token-bucket-options.ts';

const MICROS_PER_MS = 1_000;

/**
 * Limits the calls that this process makes to a peer. A caller waits until the bucket has its units:
 *
 *     acquire ── units free, no caller waits ──▶ granted
 *        ├── would wait too long, or the queue is full ──▶ AcquireRefused, at once
 *        └── waits ── its turn, and its units are free ──▶ granted
 *              ├── its signal is aborted ──▶ rejected; takes nothing, and the next caller moves up
 *              └── a pause or a stall delays it beyond its time ──▶ AcquireRefused, as soon as this is known
 *
 * Callers are granted in the order of their calls: a small request never overtakes a large one. In every window of `t`
 * seconds at most `capacity + ratePerSecond * t` units are granted. The bucket needs one timer, and none while no caller
 * waits. Timers may be late by some milliseconds. A bucket that has room for the units of that time still reaches its rate:
 * choose a capacity of at least `ratePerSecond / 100`.
 *
 * The state is one instant, as in `gcra.ts`: the time at which the bucket is full again, in whole microseconds.
 */
export class TokenBucket {
  readonly #policy: RatePolicy;
  readonly #maxQueue: number;
  readonly #maxWaitMs: number;
  readonly #clock: Clock;
  readonly #pause: Pause;
  /** When one has aborted, the next one may need fewer units, or more. */
  readonly #callers = new WaitingCallers(() => this.#setTimer());
  /** When the bucket is full again. */
  #fullAt = -Infinity;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  /** @throws {RangeError} for a negative or fractional `maxQueue`, or a limit of time that is not a positive number */
  constructor(policy: RatePolicy, options: TokenBucketOptions = {}) {
    const { maxQueue, maxWaitMs, clock } = queueOptionsOf(options);
    this.#policy = policy;
    this.#maxQueue = maxQueue;
    this.#maxWaitMs = maxWaitMs;
    this.#clock = clock;
    this.#pause = new Pause(clock, options.maxPauseMs);
  }

  /** Number of callers that wait. */
  get waiting(): number {
    return this.#callers.size;
  }

  /** Number of units that are free now: callers that wait, and a pause, may keep others from them. */
  get available(): number {
    const missing = Math.max(0, this.#fullAt - this.#now()) / this.#policy.intervalMicros;
    return this.#policy.capacity - Math.ceil(missing);
  }

  /**
   * Takes units, and waits for them if necessary.
   *
   * @param units a whole number, at most the capacity
   * @throws {CostExceedsCapacity} for more units than the bucket can ever have
   * @throws {AcquireRefused} when the wait would be too long, or too many callers wait, or the bucket is closed
   * @throws the reason of the signal, when it is aborted first
   */
  async acquire(units = 1, { signal, timeoutMs = this.#maxWaitMs }: AcquireOptions = {}): Promise<void> {
    assertCost(this.#policy, units);
    if (timeoutMs !== 0) assertWait('timeoutMs', timeoutMs);
    signal?.throwIfAborted();
    const now = this.#now();
    if (this.#tryTake(units, now)) return;
    const grantAt = this.#grantAt(this.#callers.units + units);
    const waitMs = Math.ceil((grantAt - now) / MICROS_PER_MS);
    if (this.#isClosed) throw closed('bucket');
    if (this.#callers.size >= this.#maxQueue)
      throw new AcquireRefused('queue-full', `${this.#callers.size} callers wait already`, waitMs);
    const deadline = now + timeoutMs * MICROS_PER_MS;
    if (grantAt > deadline) throw tooLong(waitMs);
    const granted = this.#callers.add({ units, deadline }, signal);
    if (this.#callers.size === 1) this.#setTimer();
    await granted;
  }

  /** Takes units if they are free and no caller waits. @returns whether it has taken them */
  tryAcquire(units = 1): boolean {
    assertCost(this.#policy, units);
    return this.#tryTake(units, this.#now());
  }

  /**
   * Grants nothing before this time, for example because the peer has answered with `Retry-After`. Callers that would wait too
   * long are refused at once. A later pause never shortens an earlier one.
   */
  pauseUntil(time: Date): void {
    this.#pause.until(time);
    this.#refuseLate();
    this.#setTimer();
  }

  /** Refuses the callers that wait, and every later one. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const caller of this.#callers) this.#callers.refuse(caller, closed('bucket'));
    this.#setTimer();
  }

  #wake(): void {
    const now = this.#now();
    // This process stood still, and the bucket was full meanwhile. The units of that time are lost, so callers wait longer.
    if (this.#fullAt < now) this.#refuseLate();
    for (const caller of this.#callers) {
      if (caller.deadline < now) this.#callers.refuse(caller, tooLong(0));
      else if (this.#take(caller.units, now)) this.#callers.grant(caller);
      else break;
    }
    this.#setTimer();
  }

  #tryTake(units: number, now: number): boolean {
    return !this.#isClosed && this.#callers.size === 0 && this.#take(units, now);
  }

  #take(units: number, now: number): boolean {
    if (this.#grantAt(units) > now) return false;
    this.#fullAt = Math.max(this.#fullAt, now) + units * this.#policy.intervalMicros;
    return true;
  }

  /** Returns when the last of the next `units` units can be granted. It may be in the past. */
  #grantAt(units: number): number {
    const { capacity, intervalMicros } = this.#policy;
    const pausedUntil = Math.ceil(this.#pause.endsAtMs * MICROS_PER_MS);
    const fullAt = Math.max(this.#fullAt, pausedUntil);
    return Math.max(pausedUntil, fullAt - (capacity - units) * intervalMicros);
  }

  /** Refuses the callers that can no longer be granted in time. Each refusal lets the later ones move up. */
  #refuseLate(): void {
    const now = this.#now();
    this.#fullAt = Math.max(this.#fullAt, now);
    let units = 0;
    for (const caller of this.#callers) {
      const grantAt = this.#grantAt(units + caller.units);
      if (Math.max(grantAt, now) <= caller.deadline) units += caller.units;
      else this.#callers.refuse(caller, tooLong(Math.max(0, Math.ceil((grantAt - now) / MICROS_PER_MS))));
    }
  }

  /** One timer, for the caller whose turn is next. */
  #setTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const next = this.#callers.first;
    if (next === undefined) return;
    const delayMs = (this.#grantAt(next.units) - this.#now()) / MICROS_PER_MS;
    this.#cancelTimer = this.#clock.after(Math.max(0, delayMs), () => this.#wake());
  }

  #now(): number {
    return Math.floor(this.#clock.monotonicMs() * MICROS_PER_MS);
  }
}
