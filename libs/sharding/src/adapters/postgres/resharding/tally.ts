import { type RowKeys } from './row-keys.ts';
import { sameKey } from './rows.ts';
import { columnList, type ShardedTable } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

/**
 * What rows of a slot and table come to. The checksum is the sum of a 64-bit hash of each row's text, hence the same in
 * whatever order the rows are stored, and what some rows come to may be subtracted.
 */
export interface Tally {
  readonly table: string;
  readonly slot: number;
  readonly rows: number;
  readonly checksum: bigint;
}

/** By table and slot. Where there are no rows there is no tally. */
export type Tallies = ReadonlyMap<string, Tally>;

/** Of every row of the slots; the rows of a queue are hashed with their place in it. */
export function tallySlots(
  sql: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
): Promise<Tallies> {
  return read(
    sql,
    tables.map((table) => tallyOf(table, quoted(table.name))),
    [slots],
  );
}

/** Of the rows of these keys that are there. */
export async function tallyKeys(
  sql: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
  keys: RowKeys,
): Promise<Tallies> {
  const values: unknown[] = [slots];
  const statements = tables.flatMap((table) => {
    const wanted = keys.of(table);
    if (wanted === undefined) return [];
    const name = quoted(table.name);
    return tallyOf(
      table,
      `(select present.* from jsonb_populate_recordset(null::${name}, $${values.push(wanted)}::jsonb) wanted
        join ${name} present on ${sameKey(table, 'present', 'wanted')}) as changed`,
    );
  });
  return read(sql, statements, values);
}

/** What is left of `all` without `some`, which are among them. */
export function without(all: Tallies, some: Tallies): Tallies {
  const rest = new Map(all);
  for (const [place, { rows, checksum }] of some) {
    const tally = all.get(place) as Tally;
    if (tally.rows === rows) rest.delete(place);
    else rest.set(place, { ...tally, rows: tally.rows - rows, checksum: tally.checksum - checksum });
  }
  return rest;
}

async function read(sql: Sql, statements: readonly string[], values: unknown[]): Promise<Tallies> {
  if (statements.length === 0) return new Map();
  const rows = await sql.query<Omit<Tally, 'checksum'> & { checksum: string }>(
    statements.join(' union all '),
    values,
  );
  return new Map(rows.map((row) => [`${row.table} ${row.slot}`, { ...row, checksum: BigInt(row.checksum) }]));
}

/** A queue numbers its rows anew in each database: there it is the order that counts. */
function tallyOf({ name, slot, isQueue, key, columns }: ShardedTable, source: string): string {
  const compared = isQueue
    ? columns.filter((column) => !key.some((own) => own.name === column.name))
    : columns;
  const place = isQueue ? `, row_number() over (partition by ${slot} order by ${columnList(key)})` : '';
  return `select '${name}' as "table", slot, count(*)::int as rows, sum(hash)::text as checksum
    from (select ${slot} as slot, hashtextextended(row(${columnList(compared)}${place})::text, 0) as hash
      from ${source} where ${slot} = any($1::smallint[])) as hashed
    group by slot`;
}
