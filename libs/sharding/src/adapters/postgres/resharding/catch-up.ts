import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { type RowKey, RowKeys } from './row-keys.ts';
import { type KeysJson, putRows, readRows, removeRows, type RowsJson } from './rows.ts';
import { type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

const PROGRAM_LIMIT_EXCEEDED = '54000';

interface Note extends RowKey {
  readonly position: string;
}

export interface ChangesWanted {
  readonly owner: Sql;
  readonly tables: readonly ShardedTable[];
  readonly slots: readonly number[];
  /** Maximum number of notes. */
  readonly limit: number;
}

export interface CatchUpOptions extends ChangesWanted {
  readonly replica: ShardLink;
  /** Collects the keys whose rows are applied. */
  readonly touched?: RowKeys;
  readonly reached: (step: MoverStep) => void;
}

export interface Changes {
  readonly slots: readonly number[];
  readonly notes: readonly Note[];
  readonly rows: readonly ChangedRows[];
}

interface ChangedRows {
  readonly table: ShardedTable;
  readonly wanted: KeysJson;
  readonly present: RowsJson;
}

/**
 * Applies the oldest noted changes to the replica. Notes contain keys, and the rows are read in their current state. A row
 * that changed twice is therefore copied once, and a batch may be repeated. Exactly the notes that were read are deleted,
 * and only after the replica has their rows. There is no "position greater than the last one": positions are assigned before
 * commit, so a smaller one may appear later.
 *
 * @returns the number of processed notes; fewer than `limit` means that the replica has caught up
 */
export async function catchUp(options: CatchUpOptions): Promise<number> {
  const { owner, replica, touched, reached } = options;
  const changes = await readAsMuchAsFits(options);
  const { notes } = changes;
  if (notes.length === 0) return 0;
  reached('changes-read');
  touched?.add(notes);
  await replica.transaction((sql) => applyChanges(sql, changes));
  reached('changes-applied');
  await owner.query('delete from slot_changes where position = any($1::bigint[])', [
    notes.map(({ position }) => position),
  ]);
  return notes.length;
}

/** Halves the limit as long as the rows do not fit into one JSON document. */
async function readAsMuchAsFits(options: CatchUpOptions): Promise<Changes> {
  for (let { limit } = options; ; limit = Math.ceil(limit / 2)) {
    try {
      return await readChanges({ ...options, limit });
    } catch (error) {
      if ((error as { code?: string }).code !== PROGRAM_LIMIT_EXCEEDED || limit === 1) throw error;
    }
  }
}

export async function readChanges({ owner, tables, slots, limit }: ChangesWanted): Promise<Changes> {
  const notes = await owner.query<Note>(
    `select position::text, table_name as "table", key::text from slot_changes
     where slot = any($1::smallint[]) order by slot_changes.position limit $2`,
    [slots, limit],
  );
  const keys = new RowKeys(notes);
  const rows: ChangedRows[] = [];
  for (const table of tables) {
    const wanted = keys.of(table);
    if (wanted !== undefined)
      rows.push({ table, wanted, present: await readRows(owner, table, wanted, slots) });
  }
  return { slots, notes, rows };
}

export async function applyChanges(replica: Sql, { slots, rows }: Changes): Promise<void> {
  for (const { table, wanted, present } of rows) {
    await removeRows(replica, table, wanted, slots);
    if (present !== '[]') await putRows(replica, table, present, slots);
  }
}
