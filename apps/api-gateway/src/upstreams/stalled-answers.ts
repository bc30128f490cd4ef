/** A response may always stall for this time, because a short network failure does not make a slow reader. */
const TOLERATED_MS = 500;

interface Stall {
  readonly since: number;
  readonly cutOff: () => void;
}

/**
 * The responses of one replica whose clients have stopped reading. Each occupies a connection to the replica, because a
 * paused body never times out by itself. Beyond `most` of them, each new stall cuts off the response that has stalled
 * longest.
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

  /** @returns a function to call when the client reads again or has disconnected */
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
