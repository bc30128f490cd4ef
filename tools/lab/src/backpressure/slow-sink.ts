import { setTimeout as delay } from 'node:timers/promises';

/** Stores items like a database with a pool: each takes between one and four turns of the event loop, and one pause stops all. */
export class SlowSink {
  readonly done: number[] = [];
  /** The most items that were taken from the source and not yet stored, at one time. */
  mostInFlight = 0;
  private taken = 0;
  private paused: Promise<void> = Promise.resolve();

  pauseFor(ms: number): void {
    this.paused = delay(ms).then(() => undefined);
  }

  /** Returns a source of the numbers from 0, and counts what is taken from it. */
  async *source(items: number): AsyncGenerator<number> {
    for (let item = 0; item < items; item += 1) {
      this.taken += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.taken - this.done.length);
      yield Promise.resolve(item);
    }
  }

  async store(item: number): Promise<void> {
    await this.paused;
    for (let turns = 1 + ((item * 7) % 4); turns > 0; turns -= 1) await new Promise(setImmediate);
    this.done.push(item);
  }

  /** Returns the number of items that were stored after a later item of the same key. */
  inversions(keyOf: (item: number) => number): number {
    const latest = new Map<number, number>();
    return this.done.filter((item) => {
      const key = keyOf(item);
      const isLate = item < (latest.get(key) ?? -1);
      latest.set(key, Math.max(item, latest.get(key) ?? -1));
      return isLate;
    }).length;
  }
}
