/** Events handled of the same keys in two groups, over the same time: from the first event to when either had them all. */
export interface Throughput {
  readonly seconds: number;
  /** In the group without failures, a second. */
  readonly without: number;
  /** Beside keys that fail, a second. */
  readonly beside: number;
}

/** Counts both until either is done: at the same time, so that both have the same machine. */
export class ThroughputMeter {
  readonly #expected: number;
  readonly #counts = { without: 0, beside: 0 };
  #startedAt: number | undefined;
  #measured: Throughput | undefined;

  /** @param expected events of each group */
  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Undefined while both have some left. */
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
