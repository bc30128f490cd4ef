import { type Vindex } from '../vindexes/vindex.ts';

/** One way to find the rows of a table: columns, and the vindex that maps their values to slots. */
export interface ColumnVindex {
  /** The name of the vindex in its keyspace. */
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
  /** In an unsharded keyspace, `plain` is one table in one database. */
  readonly type: 'plain' | 'sequence' | 'reference';
  readonly sharded: boolean;
  /** The first is the primary one: it places new rows. Empty in an unsharded keyspace. */
  readonly columnVindexes: readonly ColumnVindex[];
  /** For a reference table: the table that it copies, as `keyspace.table`. */
  readonly source?: string;
  /** The column whose values come from a sequence, which is given as `keyspace.table`. */
  readonly autoIncrement?: { readonly column: string; readonly sequence: string };
}
