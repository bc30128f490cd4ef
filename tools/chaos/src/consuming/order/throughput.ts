/**
 * The handled events of the same keys in two groups, over the same time: from the first event until either group has handled
 * all of its events.
 */
export interface Throughput {
  readonly seconds: number;
  /** Events a second in the group without failures. */
  readonly without: number;
  /** Events a second beside failing keys. */
  readonly beside: number;
}

/** Counts both groups until either has finished: at the same time, so that both have the same conditions. */
export class ThroughputMeter {
  readonly #expected: number;
  readonly #counts = { without: 0, beside: 0 };
  #startedAt: number | undefined;
  #measured: Throughput | undefined;

  /** @param expected number of events of each group */
  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Undefined while both groups have events left. */
  get measured(): Throughput | undefined {
    return this.#measured;
  }

  count(group: 'without' | 'beside', now: number = performance.now()): void {
    if (this.#measured !== undefined) return;
    this.#startedAt ??= now;
    this.#counts[group] += 1;
    if (this.#counts[group] < this.#expected) return;
    const seconds = (now - this.#startedAt) / 1_000;
    const { without, beside } = this.#counts;
    this.#measured = { seconds, without: without / seconds, beside: beside / seconds };
  }
}
