import { columnList, type ShardedTable } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

/**
 * Rows travel as JSON text that is never parsed on the way: 64-bit numbers, times to the microsecond and bytes come out as they
 * went in (`to_jsonb`, `jsonb_populate_recordset`).
 */
export type RowsJson = string;

/** Puts rows in place, over older ones of the same key. */
export async function putRows(replica: Sql, table: ShardedTable, rows: RowsJson): Promise<void> {
  const columns = columnList(table.columns);
  const changing = table.columns.filter(({ name }) => !table.key.some((key) => key.name === name));
  const update =
    changing.length === 0
      ? 'nothing'
      : `update set ${changing.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`;
  await replica.query(
    `insert into ${quoted(table.name)} (${columns})
     select ${columns} from jsonb_populate_recordset(null::${quoted(table.name)}, $1::jsonb)
     on conflict (${columnList(table.key)}) do ${update}`,
    [rows],
  );
}

/** The rows of these keys as they are now; those that are gone are missing. */
export async function readRows(owner: Sql, table: ShardedTable, keys: RowsJson): Promise<RowsJson> {
  const [row] = await owner.query<{ rows: RowsJson }>(
    `select coalesce(jsonb_agg(to_jsonb(present)), '[]')::text as rows
     from jsonb_populate_recordset(null::${quoted(table.name)}, $1::jsonb) wanted
     join ${quoted(table.name)} present on ${sameKey(table, 'present', 'wanted')}`,
    [keys],
  );
  return row!.rows;
}

/** Removes the rows of these keys that are not among `present`. */
export async function removeRows(
  replica: Sql,
  table: ShardedTable,
  keys: RowsJson,
  present: RowsJson,
): Promise<void> {
  const name = quoted(table.name);
  await replica.query(
    `delete from ${name} stale using jsonb_populate_recordset(null::${name}, $1::jsonb) wanted
     where ${sameKey(table, 'stale', 'wanted')} and not exists (
       select from jsonb_populate_recordset(null::${name}, $2::jsonb) present
       where ${sameKey(table, 'present', 'wanted')})`,
    [keys, present],
  );
}

export function sameKey({ key }: ShardedTable, one: string, other: string): string {
  return key.map(({ name }) => `${one}.${quoted(name)} = ${other}.${quoted(name)}`).join(' and ');
}
