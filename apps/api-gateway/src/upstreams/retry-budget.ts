/**
 * Bounds retries to a share of the requests, so that an upstream in trouble is not buried under them (the budget of
 * Finagle and Linkerd). Requests deposit, retries withdraw; savings are capped, so that a long quiet time does not pay
 * for a storm. It begins with a small reserve, for the first requests after a start.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #cap: number;
  #tokens: number;

  constructor({ ratio = 0.2, reserve = 10, cap = 100 } = {}) {
    this.#ratio = ratio;
    this.#cap = cap;
    this.#tokens = reserve;
  }

  deposit(): void {
    this.#tokens = Math.min(this.#tokens + this.#ratio, this.#cap);
  }

  /** Whether one retry is paid for. */
  withdraw(): boolean {
    // Sums of 0.2 fall short of a whole by the last bit.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
