import { setTimeout as pause } from 'node:timers/promises';

const MS_AN_EVENT = 100;

/** Handles ten events a second, one after the other, for all callers together. */
export class SlowSink {
  #last: Promise<void> = Promise.resolve();
  #taken = 0;

  get taken(): number {
    return this.#taken;
  }

  take(events = 1): Promise<void> {
    this.#last = this.#last.then(async () => {
      await pause(MS_AN_EVENT * events);
      this.#taken += events;
    });
    return this.#last;
  }
}
