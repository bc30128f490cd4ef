import { type Slot } from '../slots/slot.ts';

/**
 * The 63 bits of an id. The sign bit of the Postgres `bigint` is unused.
 *
 *     | 41 bits milliseconds since 2025-01-01T00:00Z | 12 bits slot | 5 bits worker | 5 bits sequence |
 *
 * Ids sort by time, the slot can be read from the id alone, and the time range lasts until 2094.
 */
export const ID_EPOCH_MS = Date.UTC(2025, 0, 1);
export const MAX_WORKERS = 32;
export const MAX_SEQUENCE = 31;
const MAX_TIME_MS = 2 ** 41 - 1;

export interface IdParts {
  /** Unix time in milliseconds. */
  readonly atMs: number;
  readonly slot: Slot;
  /** 0 … 31 */
  readonly worker: number;
  /** 0 … 31 */
  readonly sequence: number;
}

/** @returns a decimal string: a JavaScript number would lose the last bits */
export function composeId({ atMs, slot, worker, sequence }: IdParts): string {
  const time = atMs - ID_EPOCH_MS;
  if (time < 0 || time > MAX_TIME_MS) throw new RangeError(`${atMs} ms is out of the range of ids`);
  // The lower 22 bits fit into a small integer. Only the time needs a bigint.
  return ((BigInt(time) << 22n) | BigInt((slot << 10) | (worker << 5) | sequence)).toString();
}

export function partsOfId(id: string): IdParts {
  const bits = BigInt(id);
  const low = Number(bits & 0x3fffffn);
  return {
    atMs: Number(bits >> 22n) + ID_EPOCH_MS,
    slot: (low >>> 10) as Slot,
    worker: (low >>> 5) & 31,
    sequence: low & 31,
  };
}

/** @param id a decimal string of at most 63 bits */
export function slotOf(id: string): Slot {
  return Number((BigInt(id) >> 10n) & 0xfffn) as Slot;
}
