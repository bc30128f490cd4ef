import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { isInSlots } from './rows.ts';
import { type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

const BATCH = 1_000;

/**
 * Deletes copies of slots in batches from a shard that does not own them.
 *
 * @throws {ReshardingError} `owns-slots` if the shard owns one of them
 */
export async function deleteRows(
  replica: ShardLink,
  tables: readonly ShardedTable[],
  slots: readonly number[],
  reached: (step: MoverStep) => void,
): Promise<void> {
  await refuseOwner(replica, replica.name, slots);
  for (const table of await tablesWithRows(replica, tables, slots)) {
    for (;;) {
      const deleted = await replica.transaction(async (sql) => {
        await refuseOwner(sql, replica.name, slots);
        return sql.query(
          // Rows of two partitions may have the same ctid.
          `delete from ${table.name} where ctid = any(array(
             select ctid from ${table.name} where ${table.slot} = any($1::smallint[]) limit ${BATCH}))
             and ${isInSlots(table, '$1')}
           returning 1`,
          [slots],
        );
      });
      if (deleted.length > 0) reached('batch-dropped');
      if (deleted.length < BATCH) break;
    }
  }
}

/** Most tables have no rows in most slots. One statement for all of them saves a transaction each. */
async function tablesWithRows(
  replica: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
): Promise<ShardedTable[]> {
  const statements = tables.map(
    ({ name, slot }, n) =>
      `select ${n} as n where exists (select from ${name} where ${slot} = any($1::smallint[]))`,
  );
  const rows = await replica.query<{ n: number }>(statements.join(' union all '), [slots]);
  return rows.map(({ n }) => tables[n] as ShardedTable);
}

async function refuseOwner(sql: Sql, shard: string, slots: readonly number[]): Promise<void> {
  const [owned] = await sql.query<{ slot: number }>(
    'select slot from slot_ownership where slot = any($1::smallint[]) order by slot limit 1',
    [slots],
  );
  if (owned === undefined) return;
  throw new ReshardingError(
    'owns-slots',
    `${shard} owns slot ${owned.slot}: its rows are not a copy and were not deleted`,
  );
}
