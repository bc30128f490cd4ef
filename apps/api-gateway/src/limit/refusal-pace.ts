export interface RefusalPaceOptions {
  /** How long each refusal waits. */
  readonly atLeastMs: number;
  /** Refusals of one client leave this far apart. */
  readonly apartMs: number;
  /** The longest that a refusal waits. */
  readonly atMostMs: number;
  /** Milliseconds that only go forward. Default: `performance.now`. */
  readonly now?: () => number;
}

/** The number of clients from which on those whose refusals have all left are forgotten. */
const SMALLEST_PRUNE = 1_000;

/**
 * Decides when a client hears that it is refused. A refusal costs the gateway about as much as an answer, and a connection has one
 * request at a time. So a flood of refusals is as fast as the gateway answers them: here one client's leave one after the other.
 */
export class RefusalPace {
  readonly #options: RefusalPaceOptions;
  readonly #now: () => number;
  /** When the latest refusal of a client leaves. */
  readonly #latest = new Map<string, number>();
  #pruneAt = SMALLEST_PRUNE;

  constructor(options: RefusalPaceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The clients that are remembered. */
  get size(): number {
    return this.#latest.size;
  }

  /** @returns in how many milliseconds the refusal is to leave */
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
    // Twice what is under way: a refusal costs a constant on average, from however many addresses a flood comes.
    this.#pruneAt = Math.max(SMALLEST_PRUNE, this.#latest.size * 2);
  }
}
