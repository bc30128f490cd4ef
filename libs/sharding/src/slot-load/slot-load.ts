import { type Slot, SLOT_COUNT } from '../slots/slot.ts';

/** A slot that carries far more than its share. */
export interface HotSlot {
  readonly slot: number;
  readonly operationsPerSecond: number;
}

export interface SlotLoadOptions {
  /** How many times the mean of all slots makes a slot hot. Default: 20. */
  readonly factor?: number;
  /** What is less is not hot, however idle the others are. Default: 20 operations a second. */
  readonly leastPerSecond?: number;
}

/** How many of the latest intervals count: one busy moment is not heat, and what cools down is seen to. */
const INTERVALS = 4;

/**
 * Counts what every slot is asked, and says which are hot: over the last four intervals at least `factor` times the mean of all
 * slots, and no less than `leastPerSecond`. With an interval of a second a hot slot is flagged after one to four.
 *
 * Counting is one addition in a typed array; nothing grows with the number of keys.
 */
export class SlotLoad {
  private readonly counts = Array.from({ length: INTERVALS }, () => new Uint32Array(SLOT_COUNT));
  private readonly durationsMs = new Array<number>(INTERVALS).fill(0);
  private current = 0;
  private readonly factor: number;
  private readonly leastPerSecond: number;

  constructor({ factor = 20, leastPerSecond = 20 }: SlotLoadOptions = {}) {
    this.factor = factor;
    this.leastPerSecond = leastPerSecond;
  }

  count(slot: Slot, operations = 1): void {
    this.counts[this.current]![slot]! += operations;
  }

  /** Ends the current interval, which took this long, and begins the next. @returns the hot slots, hottest first */
  tick(elapsedMs: number): readonly HotSlot[] {
    this.durationsMs[this.current] = elapsedMs;
    const hot = this.hotSlots();
    this.current = (this.current + 1) % INTERVALS;
    this.counts[this.current]!.fill(0);
    this.durationsMs[this.current] = 0;
    return hot;
  }

  private hotSlots(): readonly HotSlot[] {
    const seconds = this.durationsMs.reduce((sum, ms) => sum + ms, 0) / 1_000;
    if (seconds === 0) return [];
    const totals = new Float64Array(SLOT_COUNT);
    let sum = 0;
    for (const counts of this.counts) {
      for (let slot = 0; slot < SLOT_COUNT; slot++) {
        totals[slot]! += counts[slot]!;
        sum += counts[slot]!;
      }
    }
    const threshold = Math.max(this.leastPerSecond * seconds, (this.factor * sum) / SLOT_COUNT);
    const hot: HotSlot[] = [];
    totals.forEach((total, slot) => {
      if (total >= threshold) hot.push({ slot, operationsPerSecond: total / seconds });
    });
    return hot.sort((one, other) => other.operationsPerSecond - one.operationsPerSecond);
  }
}
