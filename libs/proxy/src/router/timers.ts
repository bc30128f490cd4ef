import { type Clock } from '@groundwork/resilience';

/** The timers of one request. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns a function that cancels the call */
  after(ms: number, act: () => void): () => void {
    const cancel = this.#clock.after(ms, act);
    this.#cancels.push(cancel);
    return cancel;
  }

  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.length = 0;
  }
}
