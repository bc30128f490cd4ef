import { floor } from './math.ts';
import { murmur3 } from './murmur3.ts';

/**
 * The slot of `key` among `slots` equal parts of the hash's range: 0 … slots - 1. Taken from the top bits, so a table
 * of twice the slots splits each slot in two and moves no key anywhere else.
 */
export function slotOf(key: string, slots: number): number {
  return floor((murmur3(key) * slots) / 2 ** 32);
}
