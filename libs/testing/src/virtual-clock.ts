const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A `Clock` of `@groundwork/resilience` that stands still until the test moves it. Timers fire while it moves, in their order. */
export class VirtualClock {
  readonly #timers = new Set<{ readonly at: number; readonly wake: () => void }>();
  #nowMs = 0;
  /** The wall clock may be anywhere, and may jump. */
  wallOffsetMs = 1_700_000_000_000;

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, wake };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Number of timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves the time forward. Every timer fires when it is due. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (let next = this.#nextBefore(end); next !== undefined; next = this.#nextBefore(end)) {
      this.#nowMs = Math.max(this.#nowMs, next.at);
      this.#timers.delete(next);
      next.wake();
    }
    this.#nowMs = end;
  }

  /** Moves the time forward, and lets everything that a timer resolves continue at the time of that timer. */
  async run(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await settled();
    for (let next = this.#nextBefore(end); next !== undefined; next = this.#nextBefore(end)) {
      this.advance(Math.max(0, next.at - this.#nowMs));
      await settled();
    }
    this.#nowMs = end;
  }

  /** Moves the time forward as if the process stood still: timers fire only at the end. */
  stall(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #nextBefore(end: number) {
    return [...this.#timers].sort((a, b) => a.at - b.at).find(({ at }) => at <= end);
  }
}
