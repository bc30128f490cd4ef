import { type Client } from 'pg';
import { ID_EPOCH_MS } from '../../ids/id-layout.ts';
import { type ShardedTable } from './resharding/sharded-table.ts';
import { quoted, type Sql, sqlOf } from './resharding/sql.ts';
import { examineTables } from './resharding/tables/examine-tables.ts';
import { type TableRoles } from './resharding/tables/table-roles.ts';

/** Reads the latest time in an id of each slot, in Unix milliseconds. New ids must be later. */
export async function latestIdTimes(
  sql: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
): Promise<number[]> {
  const latest = tables.flatMap(({ name, slot, idColumn }) =>
    idColumn === undefined ? [] : [`(select max(${quoted(idColumn)}) from ${name} where ${slot} = wanted)`],
  );
  if (latest.length === 0) return slots.map(() => 0);
  const rows = await sql.query<{ ms: number | null }>(
    `select (greatest(${latest.join(', ')}) >> 22)::float8 as ms
     from unnest($1::smallint[]) with ordinality as slot (wanted, n) order by n`,
    [slots],
  );
  return rows.map(({ ms }) => (ms === null ? 0 : ms + ID_EPOCH_MS));
}

/** Does the same for every movable table of the shard. A table that cannot move yet keeps its ids on its shard. */
export async function latestIdTimesOn(
  shard: Client,
  roles: TableRoles,
  slots: readonly number[],
): Promise<number[]> {
  const sql = sqlOf(shard);
  return latestIdTimes(sql, (await examineTables(sql, roles)).tables, slots);
}
