import { assertWait, type Clock } from '@groundwork/resilience';

const HOUR_MS = 3_600_000;

/** The time before which a bucket grants nothing. A later pause never shortens an earlier one. */
export class Pause {
  readonly #clock: Clock;
  readonly #maxMs: number;
  #endsAtMs = -Infinity;

  constructor(clock: Clock, maxMs = HOUR_MS) {
    assertWait('maxPauseMs', maxMs);
    this.#clock = clock;
    this.#maxMs = maxMs;
  }

  /** When it ends or has ended, by the monotonic clock. */
  get endsAtMs(): number {
    return this.#endsAtMs;
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - this.#clock.monotonicMs());
  }

  /** @throws {RangeError} for an invalid date */
  until(time: Date): void {
    const forMs = Math.min(time.getTime() - this.#clock.wallMs(), this.#maxMs);
    if (Number.isNaN(forMs)) throw new RangeError('pauseUntil: expected a valid date');
    this.#endsAtMs = Math.max(this.#endsAtMs, this.#clock.monotonicMs() + forMs);
  }
}
