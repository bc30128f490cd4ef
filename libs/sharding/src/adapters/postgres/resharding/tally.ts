import { type RowKeys } from './row-keys.ts';
import { isAmong } from './rows.ts';
import { type Column, columnList, type ShardedTable } from './sharded-table.ts';
import { literal, type Sql } from './sql.ts';

/**
 * Count and checksums of the rows of a slot and table. A checksum is the sum of a 64-bit hash of the text of each row. It
 * does not depend on the order of rows, and the tally of some rows can be subtracted.
 */
export interface Tally {
  readonly table: string;
  readonly slot: number;
  readonly rows: number;
  /** Checksum of the keys alone: shows whether these are the same rows. */
  readonly keys: bigint;
  /** Checksum of all compared columns. */
  readonly checksum: bigint;
}

/** Tallies by table and slot. A slot without rows has no tally. */
export type Tallies = ReadonlyMap<string, Tally>;

export interface Tallied {
  readonly table: ShardedTable;
  /** Tallies only existing rows of these keys; default: every row. Rows of a queue are hashed with their position in it. */
  readonly keys?: RowKeys | undefined;
}

/** Tallies all tables in one statement, so in one snapshot. */
export async function tally(
  sql: Sql,
  wanted: readonly Tallied[],
  slots: readonly number[],
): Promise<Tallies> {
  const values: unknown[] = [slots];
  const statements = wanted.flatMap(({ table, keys }) => {
    if (keys === undefined) return tallyOf(table, 'true');
    const wanted = keys.of(table);
    return wanted === undefined ? [] : tallyOf(table, isAmong(table, `$${values.push(wanted)}`));
  });
  if (statements.length === 0) return new Map();
  const rows = await sql.query<
    Record<'table' | 'keys' | 'checksum', string> & Record<'slot' | 'rows', number>
  >(statements.join(' union all '), values);
  return new Map(
    rows.map((row) => [
      `${row.table} ${row.slot}`,
      { ...row, keys: BigInt(row.keys), checksum: BigInt(row.checksum) },
    ]),
  );
}

/** Subtracts `some` from `all`. The rows of `some` must be part of `all`. */
export function without(all: Tallies, some: Tallies): Tallies {
  const rest = new Map(all);
  for (const [place, { rows, keys, checksum }] of some) {
    const tally = all.get(place) as Tally;
    if (tally.rows === rows) rest.delete(place);
    else {
      rest.set(place, {
        ...tally,
        rows: tally.rows - rows,
        keys: tally.keys - keys,
        checksum: tally.checksum - checksum,
      });
    }
  }
  return rest;
}

/** Each database numbers the rows of a queue itself. Therefore their position is compared instead of their key. */
function tallyOf({ name, slot, isQueue, key, columns }: ShardedTable, isCounted: string): string {
  const isKey = (column: Column) => key.some((own) => own.name === column.name);
  const compared = columnList(isQueue ? columns.filter((column) => !isKey(column)) : columns);
  const place = `row_number() over (partition by ${slot} order by ${columnList(key)})`;
  const hash = (values: string) => `hashtextextended(row(${values})::text, 0)`;
  return `select ${literal(name)} as "table", slot, count(*)::int as rows, sum(key)::text as keys, sum(hash)::text as checksum
    from (
      select ${slot} as slot, ${hash(isQueue ? place : columnList(key))} as key,
        ${hash(isQueue ? `${compared}, ${place}` : compared)} as hash
      from ${name} where ${slot} = any($1::smallint[]) and ${isCounted}) as hashed
    group by slot`;
}
