import { SLOT_COUNT } from '../slots/slot.ts';

/** A slot that carries far more than its share. */
export interface HotSlot {
  readonly slot: number;
  readonly operationsPerSecond: number;
}

/** How many times the mean of all slots makes a slot hot. */
const FACTOR = 20;
/** What is less is not hot, however idle the others are. */
const LEAST_PER_SECOND = 20;

/** How many operations a second make a slot hot, of so many that all slots together carry. */
export function hotFrom(totalPerSecond: number): number {
  return Math.max(LEAST_PER_SECOND, (FACTOR * totalPerSecond) / SLOT_COUNT);
}
