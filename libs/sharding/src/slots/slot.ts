import { randomInt } from 'node:crypto';

/** How many slots there are. For good: it is baked into every id. */
export const SLOT_COUNT = 4096;

declare const slot: unique symbol;

/** 0 … 4095: the unit that is assigned to shards and moved between them. */
export type Slot = number & { readonly [slot]: true };

export function isSlot(value: number): value is Slot {
  return Number.isInteger(value) && value >= 0 && value < SLOT_COUNT;
}

/** @throws {RangeError} for anything but a whole number from 0 to 4095 */
export function toSlot(value: number): Slot {
  if (!isSlot(value)) throw new RangeError(`expected a slot from 0 to ${SLOT_COUNT - 1}, got ${value}`);
  return value;
}

/** Every slot equally likely. */
export function randomSlot(): Slot {
  return randomInt(SLOT_COUNT) as Slot;
}
