import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { type RowKey, RowKeys } from './row-keys.ts';
import { putRows, readRows, removeRows, type RowsJson } from './rows.ts';
import { type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

interface Note extends RowKey {
  readonly position: string;
}

export interface CatchUpOptions {
  readonly owner: Sql;
  readonly replica: ShardLink;
  readonly tables: readonly ShardedTable[];
  readonly slots: readonly number[];
  readonly limit: number;
  /** Is given the keys that were brought over. */
  readonly touched?: RowKeys;
  readonly reached: (step: MoverStep) => void;
}

/**
 * Brings the oldest noted changes over: the notes name keys, the rows are read as they are now, so a row that changed twice
 * travels once, and repeating a batch does no harm. Exactly the notes that were read are removed, and only when the replica
 * has their rows. There is no "position greater than the last one": positions are given before they are committed, so a
 * smaller one may appear later.
 *
 * @returns how many notes were worked off; fewer than `limit` means that it has caught up
 */
export async function catchUp(options: CatchUpOptions): Promise<number> {
  const { owner, replica, tables, slots, limit, touched, reached } = options;
  const notes = await owner.query<Note>(
    `select position::text, table_name as "table", key::text from slot_changes
     where slot = any($1::smallint[]) order by slot_changes.position limit $2`,
    [slots, limit],
  );
  if (notes.length === 0) return 0;
  reached('changes-read');
  touched?.add(notes);
  const keys = new RowKeys(notes);
  const changes: { table: ShardedTable; wanted: RowsJson; present: RowsJson }[] = [];
  for (const table of tables) {
    const wanted = keys.of(table);
    if (wanted !== undefined) changes.push({ table, wanted, present: await readRows(owner, table, wanted) });
  }
  await replica.transaction(async (sql) => {
    for (const { table, wanted, present } of changes) {
      await removeRows(sql, table, wanted, present);
      if (present !== '[]') await putRows(sql, table, present);
    }
  });
  reached('changes-applied');
  await owner.query('delete from slot_changes where position = any($1::bigint[])', [
    notes.map(({ position }) => position),
  ]);
  return notes.length;
}
