import { InvalidSlotMapError } from './invalid-slot-map.error.ts';
import { SLOT_COUNT } from './slot.ts';

/** Consecutive slots of one shard. Both ends are included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly shard: string;
}

interface WrittenRange extends SlotRange {
  /** The original text, for messages. */
  readonly text: string;
}

const RANGE = /^(\d{1,4})(?:-(\d{1,4}))?=([a-z0-9][a-z0-9-]{0,62})$/;

/**
 * Parses `0-2047=shard-1,2048-4095=shard-2`. Ranges may be in any order. A range of one slot may be written `7=shard-1`.
 *
 * @param shards the shards that exist, when the caller knows them
 * @returns ascending ranges that give every slot exactly one shard
 * @throws {InvalidSlotMapError} for a gap, an overlap, an unknown shard or unreadable text; the message names the place
 */
export function parseSlotRanges(text: string, shards?: Iterable<string>): readonly SlotRange[] {
  const known = shards === undefined ? undefined : new Set(shards);
  const ranges = text.split(',').map((part) => parseRange(part.trim(), known));
  ranges.sort((one, other) => one.first - other.first);
  refuseGapsAndOverlaps(ranges);
  return ranges;
}

function parseRange(text: string, known: ReadonlySet<string> | undefined): WrittenRange {
  const [, from, to, shard] = RANGE.exec(text) ?? [];
  if (from === undefined || shard === undefined) {
    throw new InvalidSlotMapError(`"${text}" is not a range of slots: expected e.g. 0-2047=shard-1`);
  }
  const first = Number(from);
  const last = Number(to ?? from);
  if (last >= SLOT_COUNT) {
    throw new InvalidSlotMapError(`"${text}" goes beyond the last slot, ${SLOT_COUNT - 1}`);
  }
  if (first > last) throw new InvalidSlotMapError(`"${text}" ends before it begins`);
  if (known !== undefined && !known.has(shard)) {
    throw new InvalidSlotMapError(
      `"${text}" names an unknown shard: expected one of ${[...known].join(', ')}`,
    );
  }
  return { first, last, shard, text };
}

function refuseGapsAndOverlaps(ranges: readonly WrittenRange[]): void {
  let next = 0;
  for (const [index, range] of ranges.entries()) {
    if (range.first < next) {
      throw new InvalidSlotMapError(
        `"${ranges[index - 1]?.text}" and "${range.text}" both hold slot ${range.first}`,
      );
    }
    if (range.first > next) throw gap(next, range.first - 1);
    next = range.last + 1;
  }
  if (next < SLOT_COUNT) throw gap(next, SLOT_COUNT - 1);
}

function gap(first: number, last: number): InvalidSlotMapError {
  return new InvalidSlotMapError(
    first === last ? `slot ${first} has no shard` : `slots ${first}-${last} have no shard`,
  );
}
