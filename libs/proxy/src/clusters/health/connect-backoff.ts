const FIRST_ASIDE_MS = 250;
const LONGEST_ASIDE_MS = 5_000;

/**
 * Sets an endpoint aside that refuses connections: longer after each failure in a row, until it responds. A refused connection is
 * certain: the process is gone, or has not started.
 */
export class ConnectBackoff {
  #failures = 0;
  #asideUntil = Number.NEGATIVE_INFINITY;

  isAside(now: number): boolean {
    return now < this.#asideUntil;
  }

  refused(now: number): void {
    // Requests of one burst fail together. They count once.
    if (this.isAside(now)) return;
    this.#asideUntil = now + Math.min(FIRST_ASIDE_MS * 2 ** this.#failures, LONGEST_ASIDE_MS);
    this.#failures += 1;
  }

  responded(): void {
    this.#failures = 0;
    this.#asideUntil = Number.NEGATIVE_INFINITY;
  }
}
