import { quoted } from './sql.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
}

export interface StoredColumn extends Column {
  /** The database computes it from the row's other columns. */
  readonly isGenerated: boolean;
}

/** What a row may share with no other row of the table. */
export interface UniqueKey {
  /** As SQL, over the table's columns. */
  readonly expressions: readonly string[];
  /** The rows to which it applies; null for all of them. */
  readonly predicate: string | null;
  readonly nullsAreDistinct: boolean;
}

/** A table whose rows move with their slot. */
export interface ShardedTable {
  /** As SQL writes it: `orders`, `crm.contacts`, `"Order Lines"`. */
  readonly name: string;
  /** The slot of a row, as SQL: a column, or `slot_of(column)`. An index begins with it and goes on with the key. */
  readonly slot: string;
  /** The column that is the slot or carries it. */
  readonly slotColumn: string;
  readonly key: readonly Column[];
  /** Ordered by name, because a column may have another place in the table on another shard. */
  readonly columns: readonly StoredColumn[];
  /** Besides the primary key. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** A column of 64-bit ids with the time inside, when the key is one. */
  readonly idColumn: string | undefined;
  /** Its key is a number that each database gives itself; its rows change hands at the switch. */
  readonly isQueue: boolean;
  /** What else has to be the same on both sides, or a row could be refused there. */
  readonly definition: readonly string[];
}

export function columnList(columns: readonly Column[], prefix = ''): string {
  return columns.map(({ name }) => `${prefix}${quoted(name)}`).join(', ');
}

/** The slot of a row that SQL knows under another name: `new`, `old`, an alias. */
export function slotOfRow({ slot, slotColumn }: ShardedTable, row: string): string {
  const column = `${row}.${quoted(slotColumn)}`;
  return slot.startsWith('slot_of(') ? `slot_of(${column})` : column;
}
