import { quoted } from './sql.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
}

export interface StoredColumn extends Column {
  /** Whether the database computes it from other columns of the row. */
  readonly isGenerated: boolean;
}

/** A unique key: two rows of the table never have the same values of it. */
export interface UniqueKey {
  /** SQL expressions over the columns of the table. */
  readonly expressions: readonly string[];
  /** Condition of the rows that it applies to; null for all rows. */
  readonly predicate: string | null;
  readonly nullsAreDistinct: boolean;
}

/** A table whose rows move with their slot. */
export interface ShardedTable {
  /** In SQL syntax: `orders`, `crm.contacts`, `"Order Lines"`. */
  readonly name: string;
  /**
   * SQL expression of the slot of a row: a column, or `slot_of(column)`. An index starts with it and continues with the key.
   */
  readonly slot: string;
  /** The column that is the slot or contains it. */
  readonly slotColumn: string;
  readonly key: readonly Column[];
  /** Ordered by name, because a column may be at another place on another shard. */
  readonly columns: readonly StoredColumn[];
  /** All unique keys except the primary key. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** The key column, if the key is one column of 64-bit ids that contain their time. */
  readonly idColumn: string | undefined;
  /** Whether it is a queue: each database numbers its key itself, and its rows are handed over at the switch. */
  readonly isQueue: boolean;
  /** Further definitions that must be the same on both sides; otherwise one side could refuse a row. */
  readonly definition: readonly string[];
}

export function columnList(columns: readonly Column[], prefix = ''): string {
  return columns.map(({ name }) => `${prefix}${quoted(name)}`).join(', ');
}

/** Returns the slot of a row that has another name in SQL: `new`, `old`, an alias. */
export function slotOfRow({ slot, slotColumn }: ShardedTable, row: string): string {
  const column = `${row}.${quoted(slotColumn)}`;
  return slot.startsWith('slot_of(') ? `slot_of(${column})` : column;
}
