import { type KeysJson } from './rows.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

export interface RowKey {
  readonly table: string;
  /**
   * The key as the text of `jsonb`: equal keys have equal text. It is never parsed, because it may contain 64-bit numbers.
   */
  readonly key: string;
}

/** A set of keys of rows. */
export class RowKeys {
  private readonly tables = new Map<string, Set<string>>();

  constructor(keys: Iterable<RowKey> = []) {
    this.add(keys);
  }

  get size(): number {
    return [...this.tables.values()].reduce((sum, keys) => sum + keys.size, 0);
  }

  add(keys: Iterable<RowKey>): void {
    for (const { table, key } of keys) {
      const known = this.tables.get(table);
      if (known === undefined) this.tables.set(table, new Set([key]));
      else known.add(key);
    }
  }

  without(others: RowKeys): RowKeys {
    const rest = new RowKeys();
    for (const [table, keys] of this.tables) {
      rest.tables.set(table, new Set([...keys].filter((key) => !others.tables.get(table)?.has(key))));
    }
    return rest;
  }

  /** Returns the keys of this table, or undefined if there are none. */
  of({ name }: ShardedTable): KeysJson | undefined {
    const keys = this.tables.get(name);
    return keys === undefined || keys.size === 0 ? undefined : `[${[...keys].join(',')}]`;
  }
}

/** Reads the keys of rows that have changed and are not applied to the replica yet. */
export async function notedKeys(owner: Sql, slots: readonly number[]): Promise<RowKeys> {
  return new RowKeys(
    await owner.query<RowKey>(
      `select distinct table_name as "table", key::text from slot_changes where slot = any($1::smallint[])`,
      [slots],
    ),
  );
}
