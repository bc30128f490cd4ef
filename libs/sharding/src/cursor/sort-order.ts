/**
 * How the values of a column compare: `timestamp` by the millisecond, `bigint` and `id` (a positive bigint) by number,
 * `text` by its UTF-8 bytes, as Postgres does with the collation "C". Other collations differ between databases.
 */
export type SortType = 'timestamp' | 'bigint' | 'id' | 'text';

export interface SortColumn {
  /** The name of the column in the database. Never pass a name from a request. */
  readonly name: string;
  readonly type: SortType;
  readonly direction: 'asc' | 'desc';
  /** Where NULLs come, in both directions. A column without this option must not contain NULLs. */
  readonly nulls?: 'first' | 'last';
}

/** Columns by priority. The order is total only if the last column is unique, such as the id. */
export type SortOrder = readonly SortColumn[];

/** A timestamp is a date; a bigint or an id is decimal text. */
export type SortValue = Date | string | null;

/** The place of a row in a sort order: its value of each column. */
export type Position = readonly SortValue[];
