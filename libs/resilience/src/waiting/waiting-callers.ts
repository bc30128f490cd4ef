/** A caller that waits for units, or for one permit. */
export interface Waiter {
  readonly units: number;
  /** When the caller gives up, by the clock that the callers share. */
  readonly deadline: number;
}

interface Settlement {
  resolve(): void;
  reject(error: unknown): void;
}

/** The callers that wait, in the order of their calls. A caller leaves when it is granted, refused or aborted. */
export class WaitingCallers {
  readonly #settlements = new Map<Waiter, Settlement>();
  readonly #left: (waiter: Waiter) => void;
  #units = 0;

  /** @param left called when a caller has aborted: it is no longer in the queue */
  constructor(left: (waiter: Waiter) => void) {
    this.#left = left;
  }

  get size(): number {
    return this.#settlements.size;
  }

  /** The units for which all callers together wait. */
  get units(): number {
    return this.#units;
  }

  get first(): Waiter | undefined {
    const [first] = this.#settlements.keys();
    return first;
  }

  [Symbol.iterator](): Iterator<Waiter> {
    return this.#settlements.keys();
  }

  has(waiter: Waiter): boolean {
    return this.#settlements.has(waiter);
  }

  /** Resolves when the caller is granted; rejects when it is refused, or with the reason of its signal. */
  add(waiter: Waiter, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.refuse(waiter, signal?.reason);
        this.#left(waiter);
      };
      const forget = () => signal?.removeEventListener('abort', abort);
      this.#settlements.set(waiter, {
        resolve: () => {
          forget();
          resolve();
        },
        reject: (error) => {
          forget();
          reject(error as Error);
        },
      });
      this.#units += waiter.units;
      signal?.addEventListener('abort', abort);
    });
  }

  grant(waiter: Waiter): void {
    this.#remove(waiter)?.resolve();
  }

  refuse(waiter: Waiter, error: unknown): void {
    this.#remove(waiter)?.reject(error);
  }

  #remove(waiter: Waiter): Settlement | undefined {
    const settlement = this.#settlements.get(waiter);
    if (this.#settlements.delete(waiter)) this.#units -= waiter.units;
    return settlement;
  }
}
