import { isSlot, type Slot, SLOT_COUNT } from '../slots/slot.ts';

/** Keys from `from` (included) up to `below` (not included), in the order of their UTF-8 bytes. */
export interface KeyRange {
  /** Undefined: the range starts at the first key. */
  readonly from?: string;
  /** Undefined: the range ends at the last key. */
  readonly below?: string;
  readonly slot: Slot;
  readonly text: string;
}

/** Says what is wrong with the text of ranges, quoting that text. */
export class KeyRangeFault extends Error {}

/**
 * Parses `..GW-0031=512, GW-0031..GW-0061=1536, GW-0061..=2560`: each range with the slot that it is in.
 *
 * @returns ascending ranges that hold every key exactly once
 * @throws {KeyRangeFault} for a gap, an overlap or unreadable text
 */
export function parseKeyRanges(text: string): readonly KeyRange[] {
  const ranges = text.split(',').map((part) => parseKeyRange(part.trim()));
  ranges.sort((one, other) => compareKeys(one.from, other.from));
  const [first] = ranges as [KeyRange, ...KeyRange[]];
  if (first.from !== undefined) throw new KeyRangeFault(`no range holds the keys below "${first.from}"`);
  for (const [index, range] of ranges.entries()) refuseGapOrOverlap(range, ranges[index + 1]);
  return ranges;
}

/** Compares by UTF-8 bytes, as `memcmp` and a database with the collation "C" do. `undefined` comes before every key. */
export function compareKeys(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined)
    return Number(one !== undefined) - Number(other !== undefined);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function parseKeyRange(text: string): KeyRange {
  const [, from, below, digits] = /^(.*?)\.\.(.*)=(\d{1,4})$/.exec(text) ?? [];
  if (from === undefined || below === undefined) {
    throw new KeyRangeFault(`"${text}" is not a range of keys: expected e.g. GW-0031..GW-0061=1536`);
  }
  const slot = Number(digits);
  if (!isSlot(slot)) throw new KeyRangeFault(`"${text}" goes beyond the last slot, ${SLOT_COUNT - 1}`);
  if (below !== '' && compareKeys(from, below) >= 0) throw new KeyRangeFault(`"${text}" holds no key`);
  return { ...(from !== '' && { from }), ...(below !== '' && { below }), slot, text };
}

function refuseGapOrOverlap(range: KeyRange, next: KeyRange | undefined): void {
  if (next === undefined) {
    if (range.below !== undefined)
      throw new KeyRangeFault(`no range holds the keys from "${range.below}" on`);
    return;
  }
  const ends = range.below === undefined ? 1 : compareKeys(range.below, next.from);
  if (ends > 0) {
    throw new KeyRangeFault(`"${range.text}" and "${next.text}" both hold "${next.from ?? ''}"`);
  }
  if (ends < 0) throw new KeyRangeFault(`no range holds the keys from "${range.below}" to "${next.from}"`);
}
