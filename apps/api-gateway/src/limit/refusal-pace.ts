export interface RefusalPaceOptions {
  /** The shortest time that a refusal waits. */
  readonly atLeastMs: number;
  /** The time between two refusals of one client. */
  readonly apartMs: number;
  /** The longest time that a refusal waits. */
  readonly atMostMs: number;
  /** A monotonic clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

/** Below this number of clients nothing is pruned. A prune removes the clients whose refusals are all sent. */
const SMALLEST_PRUNE = 1_000;

/**
 * Decides when a refusal is sent. A refusal costs the gateway about as much as a response, and a connection has one request
 * at a time. So a flood is only as fast as the gateway refuses it: the refusals of one client are sent one after the other.
 */
export class RefusalPace {
  readonly #options: RefusalPaceOptions;
  readonly #now: () => number;
  /** When the latest refusal of each client is sent. */
  readonly #latest = new Map<string, number>();
  #pruneAt = SMALLEST_PRUNE;

  constructor(options: RefusalPaceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The number of remembered clients. */
  get size(): number {
    return this.#latest.size;
  }

  /** @returns how long the next refusal of the client must wait, in milliseconds */
  delayMs(client: string): number {
    const { atLeastMs, apartMs, atMostMs } = this.#options;
    const now = this.#now();
    const earliest = Math.max(now + atLeastMs, (this.#latest.get(client) ?? 0) + apartMs);
    const leavesAt = Math.min(earliest, now + atMostMs);
    if (this.#latest.size >= this.#pruneAt) this.#forgetBefore(now);
    this.#latest.set(client, leavesAt);
    return leavesAt - now;
  }

  #forgetBefore(now: number): void {
    for (const [client, leavesAt] of this.#latest) if (leavesAt < now) this.#latest.delete(client);
    // Twice the clients that remain: the cost of a refusal is constant on average, for any number of addresses in a flood.
    this.#pruneAt = Math.max(SMALLEST_PRUNE, this.#latest.size * 2);
  }
}
