import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { insertRows, rowAsJson } from './rows.ts';
import { columnList, type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

/** More rows than this take too long to be handed over while writers wait. */
const MOST_ROWS = 2_000;

/**
 * Hands over the rows of a queue (the outbox) under the lock. Each row exists for some milliseconds only, so queues are
 * neither copied nor followed. The rows get new numbers in the same order. Rows left by an earlier attempt are replaced. The
 * old owner's rows are deleted in the transaction in which it lets go. Until then they are locked, because the relay uses no
 * fence: a row that the relay deleted after this would exist only on the replica.
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

/**
 * Checks the length before the locks are taken, so that a refusal delays no writer.
 * @throws {ReshardingError} `outbox-too-long`
 */
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
    `more than ${MOST_ROWS} rows wait in ${name}: check its relay and the broker; the mover retries`,
    { retryable: true },
  );
}

export async function discardQueue(sql: Sql, table: ShardedTable, slots: readonly number[]): Promise<void> {
  await sql.query(`delete from ${table.name} where ${table.slot} = any($1::smallint[])`, [slots]);
}
