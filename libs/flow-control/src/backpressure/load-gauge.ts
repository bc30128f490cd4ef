export interface Load {
  readonly items: number;
  readonly bytes: number;
}

export interface LoadGaugeOptions {
  /** The buffer is full when either is reached. */
  readonly high: Load;
  /** The buffer has room again at or below both. Must be lower than `high`, or every item would pause and resume. */
  readonly low: Load;
  readonly onHigh: () => void;
  readonly onLow: () => void;
}

/**
 * Measures a buffer by items and by bytes (one item may be 10 MB) and reports when it is full and when it has room again.
 */
export class LoadGauge {
  private items = 0;
  private bytes = 0;
  private full = false;

  constructor(private readonly options: LoadGaugeOptions) {
    const { high, low } = options;
    if (low.items >= high.items || low.bytes >= high.bytes) {
      throw new RangeError('expected a low watermark below the high one, in items and in bytes');
    }
  }

  add(bytes: number, items = 1): void {
    this.items += items;
    this.bytes += bytes;
    const { high, onHigh } = this.options;
    if (this.full || (this.items < high.items && this.bytes < high.bytes)) return;
    this.full = true;
    onHigh();
  }

  remove(bytes: number, items = 1): void {
    this.items -= items;
    this.bytes -= bytes;
    const { low, onLow } = this.options;
    if (!this.full || this.items > low.items || this.bytes > low.bytes) return;
    this.full = false;
    onLow();
  }

  get load(): Load {
    return { items: this.items, bytes: this.bytes };
  }
}
