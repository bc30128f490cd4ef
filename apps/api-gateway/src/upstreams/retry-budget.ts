const WINDOW_MS = 10_000;
const SLOTS = 10;

interface Slot {
  requests: number;
  retries: number;
}

/**
 * Bounds retries to a share of the requests, so that an upstream in trouble is not buried under them (the budget of Finagle and
 * Linkerd). Only the last ten seconds count: what was not used in a quiet hour does not pay for a storm. A small reserve is there
 * in every window, for upstreams that have few requests.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #now: () => number;
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({ requests: 0, retries: 0 }));
  #newest = 0;

  constructor({ ratio = 0.2, reserve = 10, now = () => performance.now() } = {}) {
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#now = now;
  }

  /** Counts a request. */
  deposit(): void {
    this.#slot().requests += 1;
  }

  /** Whether one retry is paid for; if so, it is counted. */
  withdraw(): boolean {
    const slot = this.#slot();
    const sum = (field: keyof Slot) => this.#slots.reduce((total, each) => total + each[field], 0);
    if (sum('retries') + 1 > this.#reserve + this.#ratio * sum('requests')) return false;
    slot.retries += 1;
    return true;
  }

  /** The slot of now; those that time has passed since are emptied for their next use. */
  #slot(): Slot {
    const now = Math.floor(this.#now() / (WINDOW_MS / SLOTS));
    const first = Math.max(this.#newest + 1, now - SLOTS + 1);
    for (let index = first; index <= now; index += 1)
      this.#slots[index % SLOTS] = { requests: 0, retries: 0 };
    this.#newest = now;
    return this.#slots[now % SLOTS] as Slot;
  }
}
