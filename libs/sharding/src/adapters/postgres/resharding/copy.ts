import { type Chunk } from './chunk-store.ts';
import { rowAsJson, type RowsJson } from './rows.ts';
import { columnList, type ShardedTable } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

export interface CopiedBatch {
  readonly rows: RowsJson;
  readonly count: number;
  /** Whether no row follows these. */
  readonly isLast: boolean;
  /** Slot and key of the last row, as a JSON array in text. */
  readonly after: string | null;
}

/** Limits of a batch. A batch has at least one row, however large it is. */
export interface BatchLimits {
  readonly rows: number;
  /** The stored size of the rows, which may be compressed. */
  readonly bytes: number;
}

/** Reads the next rows of a chunk in the order of slot and key. An index has this order. */
export async function nextBatch(
  owner: Sql,
  table: ShardedTable,
  chunk: Pick<Chunk, 'slots'>,
  after: string | null,
  limits: BatchLimits,
): Promise<CopiedBatch> {
  const place = [table.slot, ...table.key.map(({ name }) => quoted(name))];
  const last = place.map((part) => `${part} desc`).join(', ');
  const sizes = table.columns.map(({ name }) => `coalesce(pg_column_size(${quoted(name)}), 0)`);
  const [row] = await owner.query<CopiedBatch>(
    `select coalesce(jsonb_agg(${rowAsJson(table)}) filter (where "it fits"), '[]')::text as rows,
       count(*) filter (where "it fits")::int as count, count(*) < ${limits.rows} and coalesce(bool_and("it fits"), true) as "isLast",
       (array_agg(to_jsonb(array[${place.map((part) => `${part}::text`).join(', ')}]) order by ${last}) filter (where "it fits"))[1]::text as after
     from (
       select *, sum("its size") over (order by ${place.join(', ')} rows unbounded preceding) - "its size" < ${limits.bytes} as "it fits"
       from (
         select *, ${sizes.join(' + ')} as "its size" from ${table.name}
         where ${table.slot} = any($1::smallint[]) ${after === null ? '' : `and ${isAfter(table)}`}
         order by ${place.join(', ')} limit ${limits.rows}
       ) next
     ) batch`,
    after === null ? [chunk.slots] : [chunk.slots, after],
  );
  return row!;
}

function isAfter(table: ShardedTable): string {
  const values = table.key.map(({ type }, index) => `($2::jsonb ->> ${index + 1})::${type}`);
  return `(${table.slot}, ${columnList(table.key)}) > (($2::jsonb ->> 0)::smallint, ${values.join(', ')})`;
}

/** Counts the rows to copy, for the estimate. */
export async function countRows(
  owner: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
): Promise<string> {
  const counts = tables.map(
    ({ name, slot }) => `(select count(*) from ${name} where ${slot} = any($1::smallint[]))`,
  );
  const [row] = await owner.query<{ rows: string }>(
    `select (${['0', ...counts].join(' + ')})::text as rows`,
    [slots],
  );
  return row!.rows;
}
