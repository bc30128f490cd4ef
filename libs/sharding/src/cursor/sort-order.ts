/**
 * How the values of a column compare: `timestamp` by the millisecond, `bigint` and `id` (a positive bigint) by number,
 * `text` by its UTF-8 bytes, as Postgres does with the collation "C". Every other collation differs between databases.
 */
export type SortType = 'timestamp' | 'bigint' | 'id' | 'text';

export interface SortColumn {
  /** As the database calls it. Never taken from a request. */
  readonly name: string;
  readonly type: SortType;
  readonly direction: 'asc' | 'desc';
  /** Where NULLs stand, whatever the direction. A column without this never holds any. */
  readonly nulls?: 'first' | 'last';
}

/** Columns by weight. Total only when the last one tells any two rows apart: that is what the id is for. */
export type SortOrder = readonly SortColumn[];

/** A timestamp as a date, a bigint or an id as decimal text. */
export type SortValue = Date | string | null;

/** Where a row stands: its value of each column of a sort order. */
export type Position = readonly SortValue[];
