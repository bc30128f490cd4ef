/** A response may always stall for this time, because a short network failure does not make a slow reader. */
const TOLERATED_MS = 500;

interface Stall {
  readonly since: number;
  readonly cutOff: () => void;
}

/**
 * The responses of one endpoint whose clients have stopped reading. Each occupies a connection to the endpoint, because a paused body
 * never times out by itself. Beyond `most` of them, each new stall cuts off the response that has stalled longest.
 */
export class StalledResponses {
  readonly #most: number;
  readonly #stalls = new Set<Stall>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns a function to call when the client reads again or has disconnected */
  begin(now: number, cutOff: () => void): () => void {
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
