const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A run of this length counts as a success: the next pause is the first one again. */
const STABLE_AFTER_MS = 10_000;

/** The pauses before a dead replica restarts: 100 ms, doubled each time up to 10 s, as in Docker. */
export class Backoff {
  #deaths = 0;

  /** The number of consecutive runs that ended early. */
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
