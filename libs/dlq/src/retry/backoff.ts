export interface BackoffOptions {
  readonly firstMs: number;
  /** Each delay is this many times the previous one. */
  readonly factor: number;
  readonly maxMs: number;
  /** The random part of a delay, 0 to 1. It spreads the retries of keys that failed at the same time. */
  readonly jitter: number;
}

/** Computes growing delays with jitter. */
export class Backoff {
  private readonly options: BackoffOptions;

  constructor(options: BackoffOptions) {
    this.options = options;
    const { firstMs, factor, maxMs, jitter } = options;
    if (!(firstMs > 0)) throw new RangeError(`expected firstMs above 0, got ${firstMs}`);
    if (!(factor >= 1 && Number.isFinite(factor)))
      throw new RangeError(`expected a finite factor of at least 1, got ${factor}`);
    if (!(maxMs >= firstMs && Number.isFinite(maxMs))) {
      throw new RangeError(`expected a finite maxMs of at least firstMs (${firstMs}), got ${maxMs}`);
    }
    if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`expected a jitter from 0 to 1, got ${jitter}`);
  }

  /** @param failures the number of failures so far, from 1 */
  delayMs(failures: number): number {
    const { firstMs, factor, maxMs, jitter } = this.options;
    const full = Math.min(maxMs, firstMs * factor ** (failures - 1));
    return Math.round(full * (1 - jitter * Math.random()));
  }
}
