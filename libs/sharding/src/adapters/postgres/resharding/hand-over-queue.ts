import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { insertRows, rowAsJson } from './rows.ts';
import { columnList, type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

/** More than this cannot change hands while writers wait. */
const MOST_ROWS = 2_000;

/**
 * The rows of a queue (the outbox) are there for some milliseconds each, so they are neither copied nor followed: what is in
 * it at the switch is handed over under the lock, numbered anew in the order it had. Whatever an earlier attempt left is
 * replaced. The old owner's rows go in the transaction in which it lets go; until then they are locked, because its relay
 * asks no fence: a row that it removed after this would be on the replica alone.
 *
 * @throws {ReshardingError} `outbox-too-long`
 */
export async function handOverQueue(
  owner: Sql,
  replica: Sql,
  table: ShardedTable,
  slots: readonly number[],
): Promise<void> {
  const [queue] = await owner.query<{ rows: string; count: number }>(
    `select coalesce(jsonb_agg(${rowAsJson(table)} order by ${columnList(table.key)}), '[]')::text as rows,
       count(*)::int as count
     from (
       select * from ${table.name} where ${table.slot} = any($1::smallint[])
       order by ${columnList(table.key)} limit ${MOST_ROWS + 1} for update
     ) queued`,
    [slots],
  );
  const { rows, count } = queue!;
  refuseMoreThanFit(table, count);
  await discardQueue(replica, table, slots);
  if (count === 0) return;
  const isKey = (name: string) => table.key.some((own) => own.name === name);
  await insertRows(replica, table, rows, slots, ({ name, isGenerated }) => !isGenerated && !isKey(name));
}

/** Before the locks are asked for: who is refused then has kept nobody waiting. @throws {ReshardingError} `outbox-too-long` */
export async function refuseLongQueue(
  owner: Sql,
  table: ShardedTable,
  slots: readonly number[],
): Promise<void> {
  const [queue] = await owner.query<{ count: number }>(
    `select count(*)::int from (
       select from ${table.name} where ${table.slot} = any($1::smallint[]) limit ${MOST_ROWS + 1}) queued`,
    [slots],
  );
  refuseMoreThanFit(table, queue!.count);
}

function refuseMoreThanFit({ name }: ShardedTable, count: number): void {
  if (count <= MOST_ROWS) return;
  throw new ReshardingError(
    'outbox-too-long',
    `more than ${MOST_ROWS} rows wait in ${name}: does its relay run, and is the broker there?`,
    { retryable: true },
  );
}

export async function discardQueue(sql: Sql, table: ShardedTable, slots: readonly number[]): Promise<void> {
  await sql.query(`delete from ${table.name} where ${table.slot} = any($1::smallint[])`, [slots]);
}
