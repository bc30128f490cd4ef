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

export interface Tallied {
  readonly table: ShardedTable;
  /** The rows of these keys that are there; without them, every row. Those of a queue are hashed with their place in it. */
  readonly keys?: RowKeys | undefined;
}

/** In one statement, hence of one moment. */
export async function tally(
  sql: Sql,
  wanted: readonly Tallied[],
  slots: readonly number[],
): Promise<Tallies> {
  const values: unknown[] = [slots];
  const statements = wanted.flatMap(({ table, keys }) => {
    const name = quoted(table.name);
    if (keys === undefined) return tallyOf(table, name);
    const rows = keys.of(table);
    if (rows === undefined) return [];
    return tallyOf(
      table,
      `(select present.* from jsonb_populate_recordset(null::${name}, $${values.push(rows)}::jsonb) wanted
        join ${name} present on ${sameKey(table, 'present', 'wanted')}) as changed`,
    );
  });
  if (statements.length === 0) return new Map();
  const rows = await sql.query<Omit<Tally, 'checksum'> & { checksum: string }>(
    statements.join(' union all '),
    values,
  );
  return new Map(rows.map((row) => [`${row.table} ${row.slot}`, { ...row, checksum: BigInt(row.checksum) }]));
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
