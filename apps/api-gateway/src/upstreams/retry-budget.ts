const WINDOW_MS = 10_000;
const SLOTS = 10;

interface Slot {
  requests: number;
  retries: number;
}

/**
 * Limits retries to a share of the requests, so that retries do not overload a failing upstream (as in Finagle and Linkerd).
 * Only the last ten seconds count, so unused retries of quiet times do not accumulate. Every window has a small reserve for
 * upstreams with few requests.
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

  /** Returns whether the budget allows one retry, and counts it if so. */
  withdraw(): boolean {
    const slot = this.#slot();
    const sum = (field: keyof Slot) => this.#slots.reduce((total, each) => total + each[field], 0);
    if (sum('retries') + 1 > this.#reserve + this.#ratio * sum('requests')) return false;
    slot.retries += 1;
    return true;
  }

  /** Returns the slot of the current time, and empties the slots between it and the previous newest one. */
  #slot(): Slot {
    const now = Math.floor(this.#now() / (WINDOW_MS / SLOTS));
    const first = Math.max(this.#newest + 1, now - SLOTS + 1);
    for (let index = first; index <= now; index += 1)
      this.#slots[index % SLOTS] = { requests: 0, retries: 0 };
    this.#newest = now;
    return this.#slots[now % SLOTS] as Slot;
  }
}
