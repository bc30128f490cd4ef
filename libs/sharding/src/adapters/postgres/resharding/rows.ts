import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { columnList, type ShardedTable, type UniqueKey } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

/**
 * Rows are transferred as JSON arrays with the text of each column. The mover never parses that text: Postgres reads it back
 * as the same value for every type. As plain JSON, a `json` document would lose its spaces and the order of its members, and
 * an array its bounds.
 */
export type RowsJson = string;

/** The keys of rows, as a JSON array of objects. */
export type KeysJson = string;

/** Returns the SQL that formats a row for the transfer. */
export function rowAsJson({ columns }: ShardedTable): string {
  return `to_jsonb(array[${columns.map(({ name }) => `${quoted(name)}::text`).join(', ')}])`;
}

/** Returns the SQL that reads transferred rows from a parameter, with the position of each. */
export function arrivedRows({ columns }: ShardedTable, parameter: string): string {
  const values = columns.map(({ name, type }, at) => `(arrived ->> ${at})::${type} as ${quoted(name)}`);
  return `(select ${values.join(', ')}, "row's place"
    from jsonb_array_elements(${parameter}::jsonb) with ordinality as arrived (arrived, "row's place")) as rows`;
}

/**
 * Returns the SQL condition that the key of a row is in a parameter. A row matches once even if the parameter repeats its
 * key.
 */
export function isAmong({ key }: ShardedTable, parameter: string): string {
  const types = key.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
  return `(${columnList(key)}) in (select ${columnList(key)} from jsonb_to_recordset(${parameter}::jsonb) as wanted (${types}))`;
}

/**
 * Returns the SQL condition that protects rows of other slots. The cast stops the planner from using the index by slot,
 * because an index by key finds the rows sooner. A newly filled copy has no statistics that would tell the planner.
 */
export function isInSlots({ slot }: ShardedTable, parameter: string): string {
  return `(${slot})::int = any(${parameter}::int[])`;
}

/**
 * Writes rows and replaces older ones. At any moment the owner has only one row for a primary or unique key. If the replica
 * has another row with that key, it is older: its change is noted and arrives later. A row of another slot is never
 * replaced; that is an error.
 *
 * @throws {ReshardingError} `foreign-rows` if the replica computes another slot for a row than the owner
 */
export async function putRows(
  replica: Sql,
  table: ShardedTable,
  rows: RowsJson,
  slots: readonly number[],
): Promise<void> {
  for (const key of [primaryKey(table), ...table.uniqueKeys])
    await removeTaken(replica, table, key, rows, slots);
  await insertRows(replica, table, rows, slots, ({ isGenerated }) => !isGenerated);
}

export async function insertRows(
  replica: Sql,
  table: ShardedTable,
  rows: RowsJson,
  slots: readonly number[],
  isGiven: (column: ShardedTable['columns'][number]) => boolean,
): Promise<void> {
  const columns = columnList(table.columns.filter(isGiven));
  const [stray] = await replica.query<{ slot: number }>(
    `with put as (
       insert into ${table.name} (${columns}) overriding system value
       select ${columns} from ${arrivedRows(table, '$1')} order by "row's place"
       returning ${table.slot} as slot
     )
     select slot from put where slot is null or slot <> all($2::int[]) limit 1`,
    [rows, slots],
  );
  if (stray === undefined) return;
  throw new ReshardingError(
    'foreign-rows',
    `a row of table ${table.name} would be in slot ${stray.slot} on the other shard, and that slot is not in the move: make both shards compute the slot of a row alike`,
  );
}

/** Reads the current rows of these keys. Deleted rows are missing in the result. */
export async function readRows(
  owner: Sql,
  table: ShardedTable,
  keys: KeysJson,
  slots: readonly number[],
): Promise<RowsJson> {
  const [row] = await owner.query<{ rows: RowsJson }>(
    `select coalesce(jsonb_agg(${rowAsJson(table)}), '[]')::text as rows
     from ${table.name} where ${isAmong(table, '$1')} and ${isInSlots(table, '$2')}`,
    [keys, slots],
  );
  return row!.rows;
}

export async function removeRows(
  replica: Sql,
  table: ShardedTable,
  keys: KeysJson,
  slots: readonly number[],
): Promise<void> {
  await replica.query(
    `delete from ${table.name} where ${isAmong(table, '$1')} and ${isInSlots(table, '$2')}`,
    [keys, slots],
  );
}

function primaryKey({ key }: ShardedTable): UniqueKey {
  return { expressions: key.map(({ name }) => quoted(name)), predicate: null, nullsAreDistinct: true };
}

async function removeTaken(
  replica: Sql,
  table: ShardedTable,
  { expressions, predicate, nullsAreDistinct }: UniqueKey,
  rows: RowsJson,
  slots: readonly number[],
): Promise<void> {
  const taken = expressions.map((expression, at) => `${expression} as "taken ${at}"`).join(', ');
  const isSame = nullsAreDistinct ? '=' : 'is not distinct from';
  const same = expressions
    .map((expression, at) => `${expression} ${isSame} taken."taken ${at}"`)
    .join(' and ');
  const applies = predicate === null ? 'true' : predicate;
  await replica.query(
    `delete from ${table.name}
     using (select ${taken} from ${arrivedRows(table, '$1')} where ${applies}) as taken
     where ${same} and ${applies} and ${isInSlots(table, '$2')}`,
    [rows, slots],
  );
}
