import { randomInt } from 'node:crypto';

/** Number of slots. Permanent, because every id contains its slot. */
export const SLOT_COUNT = 4096;

declare const slot: unique symbol;

/** 0 … 4095: the unit that is assigned to a shard and moves between shards. */
export type Slot = number & { readonly [slot]: true };

export function isSlot(value: number): value is Slot {
  return Number.isInteger(value) && value >= 0 && value < SLOT_COUNT;
}

/** @throws {RangeError} unless the value is an integer from 0 to 4095 */
export function toSlot(value: number): Slot {
  if (!isSlot(value)) throw new RangeError(`expected a slot from 0 to ${SLOT_COUNT - 1}, got ${value}`);
  return value;
}

/** Returns a random slot. Every slot is equally likely. */
export function randomSlot(): Slot {
  return randomInt(SLOT_COUNT) as Slot;
}
