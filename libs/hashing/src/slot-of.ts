import { floor } from './math.ts';
import { murmur3 } from './murmur3.ts';

/**
 * Returns the slot of `key`, 0 … slots - 1: the range of the hash is divided into `slots` equal parts. The slot comes from
 * the top bits, so a table with twice the slots splits each slot in two, and keys move only within their split slot.
 */
export function slotOf(key: string, slots: number): number {
  return floor((murmur3(key) * slots) / 2 ** 32);
}
