/** So long an answer may stand still whatever else waits: a network hiccup is no slow reader. */
const TOLERATED_MS = 500;

interface Stall {
  readonly since: number;
  readonly cutOff: () => void;
}

/**
 * The answers of one replica whose clients do not read on. Each holds a connection to the replica: a paused body never times out by
 * itself. Beyond `most` of them, the one that has stood still longest is cut off for each that joins.
 */
export class StalledAnswers {
  readonly #most: number;
  readonly #now: () => number;
  readonly #stalls = new Set<Stall>();

  constructor({
    most,
    now = () => performance.now(),
  }: {
    readonly most: number;
    readonly now?: () => number;
  }) {
    this.#most = most;
    this.#now = now;
  }

  /** @returns what to call when the client reads on, or is gone */
  begin(cutOff: () => void): () => void {
    const now = this.#now();
    const [longest] = this.#stalls;
    if (longest && this.#stalls.size >= this.#most && now - longest.since >= TOLERATED_MS) {
      this.#stalls.delete(longest);
      longest.cutOff();
    }
    const stall = { since: now, cutOff };
    this.#stalls.add(stall);
    return () => void this.#stalls.delete(stall);
  }
}
