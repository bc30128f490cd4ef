import { type Slot, SLOT_COUNT } from '../slots/slot.ts';
import { type HotSlot, hotFrom } from './hot-slot.ts';

/** What an instance has to say of its slots. */
export interface SlotLoadReport {
  /** Of all slots together. */
  readonly operationsPerSecond: number;
  /** Slots that would be hot if some other instances saw the same, busiest first. */
  readonly busiest: readonly HotSlot[];
}

/** How many of the latest intervals count: one busy moment is not heat, and what cools down is seen to. */
const INTERVALS = 4;
/**
 * A slot is hot by what all instances ask of it, and none of them knows how many there are: each tells of slots that reach so
 * much of what is hot, which finds every hot slot of up to eight instances.
 */
const SHARE = 1 / 8;
/** So many at most: their shares alone exceed half of what all slots carry, or nobody would care. */
const TOLD_AT_MOST = 64;

/**
 * Counts what every slot is asked, over the last four intervals. With an interval of a second a hot slot is told of after one
 * to four.
 *
 * Counting is one addition in a typed array; nothing grows with the number of keys.
 */
export class SlotLoad {
  private readonly counts = Array.from({ length: INTERVALS }, () => new Uint32Array(SLOT_COUNT));
  private readonly durationsMs = new Array<number>(INTERVALS).fill(0);
  private current = 0;

  count(slot: Slot, operations = 1): void {
    this.counts[this.current]![slot]! += operations;
  }

  /** Ends the current interval, which took this long, and begins the next. */
  tick(elapsedMs: number): SlotLoadReport {
    this.durationsMs[this.current] = elapsedMs;
    const report = this.report();
    this.current = (this.current + 1) % INTERVALS;
    this.counts[this.current]!.fill(0);
    this.durationsMs[this.current] = 0;
    return report;
  }

  private report(): SlotLoadReport {
    const seconds = this.durationsMs.reduce((sum, ms) => sum + ms, 0) / 1_000;
    if (seconds === 0) return { operationsPerSecond: 0, busiest: [] };
    const rates = new Float64Array(SLOT_COUNT);
    for (const counts of this.counts) counts.forEach((count, slot) => (rates[slot]! += count / seconds));
    const operationsPerSecond = rates.reduce((sum, rate) => sum + rate, 0);
    const least = hotFrom(operationsPerSecond) * SHARE;
    const busiest: HotSlot[] = [];
    rates.forEach((rate, slot) => {
      if (rate >= least) busiest.push({ slot, operationsPerSecond: rate });
    });
    busiest.sort((one, other) => other.operationsPerSecond - one.operationsPerSecond);
    return { operationsPerSecond, busiest: busiest.slice(0, TOLD_AT_MOST) };
  }
}
