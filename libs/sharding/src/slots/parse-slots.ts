import { isSlot, SLOT_COUNT } from './slot.ts';

/**
 * Parses slots in their text form: `0-511,600`.
 *
 * @returns ascending slots without duplicates
 * @throws {RangeError} if a part cannot be read or is beyond the last slot; the message names the part
 */
export function parseSlots(text: string): number[] {
  const slots = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = /^\s*(\d{1,4})(?:-(\d{1,4}))?\s*$/.exec(part) ?? [];
    if (from === undefined)
      throw new RangeError(`"${part}" is not a range of slots: expected e.g. 0-511,600`);
    const [first, last] = [Number(from), Number(to)];
    if (!isSlot(last)) throw new RangeError(`"${part}" goes beyond the last slot, ${SLOT_COUNT - 1}`);
    if (first > last) throw new RangeError(`"${part}" ends before it begins`);
    for (let slot = first; slot <= last; slot++) slots.add(slot);
  }
  return [...slots].sort((one, other) => one - other);
}
