import { type Clock } from '@groundwork/resilience';

export interface SlidingSumsOptions {
  readonly series: number;
  readonly windowMs: number;
  /** More slots forget old amounts more evenly. */
  readonly slots?: number;
  readonly clock: Clock;
}

/**
 * Sums of amounts over the last `windowMs`, for a fixed number of series. Amounts are kept by slot of time, so the memory is
 * constant. An amount counts for at least `windowMs` less one slot.
 */
export class SlidingSums {
  readonly #series: number;
  readonly #slots: number;
  readonly #slotMs: number;
  readonly #clock: Clock;
  readonly #amounts: Float64Array;
  readonly #sums: Float64Array;
  #newest = 0;

  constructor({ series, windowMs, slots = 10, clock }: SlidingSumsOptions) {
    this.#series = series;
    this.#slots = slots;
    this.#slotMs = windowMs / slots;
    this.#clock = clock;
    this.#amounts = new Float64Array(series * slots);
    this.#sums = new Float64Array(series);
    this.#newest = this.#slotNow();
  }

  add(series: number, amount = 1): void {
    this.#forgetOld();
    const index = (this.#newest % this.#slots) * this.#series + series;
    this.#amounts[index] = (this.#amounts[index] as number) + amount;
    this.#sums[series] = (this.#sums[series] as number) + amount;
  }

  sum(series: number): number {
    this.#forgetOld();
    return this.#sums[series] as number;
  }

  clear(): void {
    this.#amounts.fill(0);
    this.#sums.fill(0);
  }

  #slotNow(): number {
    return Math.floor(this.#clock.monotonicMs() / this.#slotMs);
  }

  #forgetOld(): void {
    const now = this.#slotNow();
    if (now === this.#newest) return;
    if (now - this.#newest >= this.#slots) this.clear();
    else for (let slot = this.#newest + 1; slot <= now; slot += 1) this.#forget(slot % this.#slots);
    this.#newest = now;
  }

  #forget(slot: number): void {
    for (let series = 0; series < this.#series; series += 1) {
      const index = slot * this.#series + series;
      this.#sums[series] = (this.#sums[series] as number) - (this.#amounts[index] as number);
      this.#amounts[index] = 0;
    }
  }
}
