import { type z } from 'zod';
import { type Slot } from '../slots/slot.ts';

/** A value of a column. Ids travel as decimal strings, for a JavaScript number would lose their last bits. */
export type KeyValue = string | number | bigint;

/** Consecutive slots, both ends included; most often just one. */
export interface SlotSpan {
  readonly first: Slot;
  readonly last: Slot;
}

/** Computes where a row lives from the values of its columns alone. Pure: the same values, the same slots, everywhere. */
export interface FunctionalVindex {
  readonly kind: 'functional';
  /**
   * @param values one for each column, in the order of the VSchema; fewer only where the type says that it is `partial`
   * @throws {UnmappableValueError} for a value that has no slot
   */
  map(values: readonly KeyValue[]): SlotSpan;
}

/** Finds where a row lives in a table that somebody keeps. */
export interface LookupVindex {
  readonly kind: 'lookup';
  /** `table`, or `keyspace.table` when it is in another keyspace. */
  readonly table: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly holds: LookupHolds;
}

/** What the `to` column holds: an id that carries its slot, or the slot itself. */
export type LookupHolds = 'id' | 'slot';

export type Vindex = FunctionalVindex | LookupVindex;

/** What the VSchema may say of a vindex's `type`, and what is made of it. */
export interface VindexType<Params extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** What finding a slot costs, on Vitess's scale: 0 nothing, 1 a hash, 10 one row of a lookup, 20 several. */
  readonly cost: number;
  /** Whether all columns together lead to exactly one slot. Only such a vindex can be a table's primary one. */
  readonly unique: boolean;
  readonly kind: Vindex['kind'];
  /** How many columns it takes; a lookup takes as many as its `from` names. */
  readonly columns?: number;
  /** Whether the first columns alone lead to a span of slots. */
  readonly partial?: boolean;
  /** Of the `params`, whose values are texts, as in Vitess. */
  readonly params: Params;
  create(params: z.output<Params>): Vindex;
}

/** Lets each type be checked against its own parameters. */
export function vindexType<Params extends z.ZodType>(type: VindexType<Params>): VindexType<Params> {
  return type;
}
