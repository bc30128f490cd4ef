import { type z } from 'zod';
import { type Slot } from '../slots/slot.ts';

/** A value of a column. Ids are passed as decimal strings, because a JavaScript number would lose their last bits. */
export type KeyValue = string | number | bigint;

/** Consecutive slots, both ends included. Most spans have one slot. */
export interface SlotSpan {
  readonly first: Slot;
  readonly last: Slot;
}

/**
 * Computes the slots of a row from the values of its columns alone. Pure: the same values give the same slots everywhere.
 */
export interface FunctionalVindex {
  readonly kind: 'functional';
  /**
   * @param values one for each column, in the order of the VSchema; fewer only if the type is `partial`
   * @throws {UnmappableValueError} for a value that has no slot
   */
  map(values: readonly KeyValue[]): SlotSpan;
}

/** Finds the slots of a row in a lookup table, which the application maintains. */
export interface LookupVindex {
  readonly kind: 'lookup';
  /** `table`, or `keyspace.table` if it is in another keyspace. */
  readonly table: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly holds: LookupHolds;
}

/** The content of the `to` column: an id that contains its slot, or the slot itself. */
export type LookupHolds = 'id' | 'slot';

export type Vindex = FunctionalVindex | LookupVindex;

/** Defines a `type` of vindex: its parameters in a VSchema, and how to create it. */
export interface VindexType<Params extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** Cost of finding a slot, on Vitess's scale: 0 nothing, 1 a hash, 10 one row of a lookup, 20 several rows. */
  readonly cost: number;
  /** Whether all columns together give exactly one slot. Only such a vindex can be the primary one of a table. */
  readonly unique: boolean;
  readonly kind: Vindex['kind'];
  /** Number of columns. A lookup has as many as its `from`. */
  readonly columns?: number;
  /** Whether the first columns alone give a span of slots. */
  readonly partial?: boolean;
  /** Schema of the `params`, whose values are texts, as in Vitess. */
  readonly params: Params;
  create(params: z.output<Params>): Vindex;
}

/** Returns the type unchanged, and lets the compiler check it against its own parameters. */
export function vindexType<Params extends z.ZodType>(type: VindexType<Params>): VindexType<Params> {
  return type;
}
