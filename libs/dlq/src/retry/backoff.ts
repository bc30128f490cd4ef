export interface BackoffOptions {
  readonly firstMs: number;
  /** Each delay is this many times the one before. */
  readonly factor: number;
  readonly maxMs: number;
  /** The part of a delay that is random, 0 to 1: keys that failed together do not come back together. */
  readonly jitter: number;
}

/** Growing delays with jitter. */
export class Backoff {
  private readonly options: BackoffOptions;

  constructor(options: BackoffOptions) {
    this.options = options;
    const { firstMs, factor, maxMs, jitter } = options;
    if (!(firstMs > 0)) throw new RangeError(`expected firstMs above 0, not ${firstMs}`);
    if (!(factor >= 1 && Number.isFinite(factor)))
      throw new RangeError(`expected a factor from 1, not ${factor}`);
    if (!(maxMs >= firstMs && Number.isFinite(maxMs))) {
      throw new RangeError(`expected maxMs from ${firstMs}, not ${maxMs}`);
    }
    if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`expected a jitter from 0 to 1, not ${jitter}`);
  }

  /** @param failures how often it has failed, from 1 */
  delayMs(failures: number): number {
    const { firstMs, factor, maxMs, jitter } = this.options;
    const full = Math.min(maxMs, firstMs * factor ** (failures - 1));
    return Math.round(full * (1 - jitter * Math.random()));
  }
}
