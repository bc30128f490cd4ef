import { type Clock } from './clock.ts';

/** A wait that an event may end early. One caller waits at a time. */
export class InterruptibleWait {
  readonly #clock: Clock;
  #isInterrupted = false;
  #end: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the current wait; without one, the next wait ends at once. So an event just before a wait is not missed. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#end();
  }

  /** Forgets earlier interruptions. Call it before the state is read that decides whether to wait. */
  reset(): void {
    this.#isInterrupted = false;
  }

  /** Resolves after the time, or when it is interrupted. */
  async wait(ms: number): Promise<void> {
    if (this.#isInterrupted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }
}
