export interface CircuitBreakerOptions {
  /** Failures in a row until the breaker opens. Default: 3. */
  readonly failuresToOpen?: number;
  /** Time between two trial calls while it is open. Default: 500. */
  readonly openForMs?: number;
  /** Monotonic time in milliseconds. Default: performance.now. */
  readonly now?: () => number;
}

/**
 * Stops callers from using a dependency that fails.
 *
 *   closed ── `failuresToOpen` failures in a row ──> open ── `openForMs` later ──> half-open (one caller tries)
 *     ^                                               ^                              │
 *     └───────────────── it succeeded ────────────────┼──────────────────────────────┤
 *                                                     └──────── it failed ───────────┘
 *
 * Every caller that `mayTry` admits must report once, with `succeeded` or `failed`.
 */
export class CircuitBreaker {
  readonly #failuresToOpen: number;
  readonly #openForMs: number;
  readonly #now: () => number;
  #failures = 0;
  #tryAgainAt = 0;

  constructor({
    failuresToOpen = 3,
    openForMs = 500,
    now = () => performance.now(),
  }: CircuitBreakerOptions = {}) {
    this.#failuresToOpen = failuresToOpen;
    this.#openForMs = openForMs;
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#failuresToOpen;
  }

  mayTry(): boolean {
    if (!this.isOpen) return true;
    const now = this.#now();
    if (now < this.#tryAgainAt) return false;
    // This caller blocks the others for another `openForMs`, or until it reports.
    this.#tryAgainAt = now + this.#openForMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    this.#tryAgainAt = this.#now() + this.#openForMs;
  }
}
