const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A run this long counts as a success: the next death starts from the first pause again. */
const STABLE_AFTER_MS = 10_000;

/** The pauses before a dead replica starts again: 100 ms, doubled each time up to 10 s, as Docker does. */
export class Backoff {
  #deaths = 0;

  /** How many runs in a row ended early. */
  get deaths(): number {
    return this.#deaths;
  }

  pauseAfter(runMs: number): number {
    this.#deaths = runMs >= STABLE_AFTER_MS ? 1 : this.#deaths + 1;
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#deaths - 1));
  }

  reset(): void {
    this.#deaths = 0;
  }
}
