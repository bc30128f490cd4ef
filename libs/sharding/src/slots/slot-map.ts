import { InvalidSlotMapError } from './invalid-slot-map.error.ts';
import { type Slot, SLOT_COUNT } from './slot.ts';

interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly shard: string;
  /** As written, for messages. */
  readonly text: string;
}

const RANGE = /^(\d{1,4})(?:-(\d{1,4}))?=([a-z0-9][a-z0-9-]{0,62})$/;

/** Which shard holds each of the 4096 slots. Total and immutable: there is no slot without a shard, and none with two. */
export class SlotMap {
  private constructor(private readonly ranges: readonly SlotRange[]) {}

  /**
   * Reads `0-2047=shard-1,2048-4095=shard-2`: ranges in any order, a range of one slot may be written `7=shard-1`.
   *
   * @param shards the shards that exist, when the caller knows them
   * @throws {InvalidSlotMapError} for a gap, an overlap, an unknown shard or anything unreadable, naming the place
   */
  static parse(text: string, shards?: Iterable<string>): SlotMap {
    const known = shards === undefined ? undefined : new Set(shards);
    const ranges = text.split(',').map((part) => parseRange(part.trim(), known));
    ranges.sort((one, other) => one.first - other.first);
    refuseGapsAndOverlaps(ranges);
    return new SlotMap(ranges);
  }

  /** The shards that hold at least one slot, in the order of their first. */
  get shards(): readonly string[] {
    return [...new Set(this.ranges.map(({ shard }) => shard))];
  }

  shardOf(slot: Slot): string {
    let low = 0;
    let high = this.ranges.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranges[middle]!.last < slot) low = middle + 1;
      else high = middle;
    }
    return this.ranges[low]!.shard;
  }
}

function parseRange(text: string, known: ReadonlySet<string> | undefined): SlotRange {
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

function refuseGapsAndOverlaps(ranges: readonly SlotRange[]): void {
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
