import { type Slot, SLOT_COUNT } from '../slots/slot.ts';
import { type HotSlot, hotFrom } from './hot-slot.ts';

/** The load of the slots as one instance sees it. */
export interface SlotLoadReport {
  /** The rate of all slots together. */
  readonly operationsPerSecond: number;
  /** Slots that are hot if up to eight instances see the same load. Busiest first. */
  readonly busiest: readonly HotSlot[];
}

/** Number of latest intervals that count. A single busy interval is averaged out, and a slot that cools down is detected. */
const INTERVALS = 4;
/**
 * A slot is hot by the load of all instances together, and an instance does not know how many there are. Each instance
 * reports slots that reach this share of a hot slot's rate. That finds every hot slot of up to eight instances.
 */
const SHARE = 1 / 8;
/** Most slots in a report. It bounds the size of a report. */
const TOLD_AT_MOST = 64;

/**
 * Counts the operations on every slot over the last four intervals. With an interval of one second, a hot slot is reported
 * after one to four seconds.
 *
 * Counting is one addition in a typed array. Memory does not grow with the number of keys.
 */
export class SlotLoad {
  private readonly counts = Array.from({ length: INTERVALS }, () => new Uint32Array(SLOT_COUNT));
  private readonly durationsMs = new Array<number>(INTERVALS).fill(0);
  private current = 0;

  count(slot: Slot, operations = 1): void {
    this.counts[this.current]![slot]! += operations;
  }

  /** Ends the current interval, which took `elapsedMs`, and starts the next. */
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
