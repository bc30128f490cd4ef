import { SLOT_COUNT } from '../slots/slot.ts';

/** A slot that carries far more load than the mean. */
export interface HotSlot {
  readonly slot: number;
  readonly operationsPerSecond: number;
}

/** A slot is hot at this many times the mean of all slots. */
const FACTOR = 20;
/** A slot with a lower rate is never hot, even if all other slots are idle. */
const LEAST_PER_SECOND = 20;

/** Returns the rate from which a slot is hot, given the rate of all slots together. Both are operations a second. */
export function hotFrom(totalPerSecond: number): number {
  return Math.max(LEAST_PER_SECOND, (FACTOR * totalPerSecond) / SLOT_COUNT);
}
