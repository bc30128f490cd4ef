import { type Vindex } from '../vindexes/vindex.ts';

/** One way to find the rows of a table: columns, and the vindex that makes slots of their values. */
export interface ColumnVindex {
  /** Of the vindex, in its keyspace. */
  readonly name: string;
  readonly type: string;
  readonly columns: readonly string[];
  readonly cost: number;
  readonly unique: boolean;
  readonly partial: boolean;
  readonly vindex: Vindex;
}

export interface VSchemaTable {
  readonly keyspace: string;
  readonly name: string;
  /** `plain` in an unsharded keyspace is one table in one database. */
  readonly type: 'plain' | 'sequence' | 'reference';
  readonly sharded: boolean;
  /** The first is the primary one: it decides where a new row goes. None in an unsharded keyspace. */
  readonly columnVindexes: readonly ColumnVindex[];
  /** Of a reference table: the table that it is a copy of, as `keyspace.table`. */
  readonly source?: string;
  /** The column whose values come from a sequence, as `keyspace.table`. */
  readonly autoIncrement?: { readonly column: string; readonly sequence: string };
}
