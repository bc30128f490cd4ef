import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

const BATCH = 1_000;

/**
 * Deletes copies of slots from a shard that does not own them, some rows at a time.
 *
 * @throws {ReshardingError} `owns-slots` when it does
 */
export async function deleteRows(
  replica: ShardLink,
  tables: readonly ShardedTable[],
  slots: readonly number[],
  reached: (step: MoverStep) => void,
): Promise<void> {
  for (const table of tables) {
    for (;;) {
      const deleted = await replica.transaction(async (sql) => {
        await refuseOwner(sql, replica.name, slots);
        return sql.query(
          `delete from ${quoted(table.name)} where ctid = any(array(
             select ctid from ${quoted(table.name)} where ${table.slot} = any($1::smallint[]) limit ${BATCH}))
           returning 1`,
          [slots],
        );
      });
      if (deleted.length > 0) reached('batch-dropped');
      if (deleted.length < BATCH) break;
    }
  }
}

async function refuseOwner(sql: Sql, shard: string, slots: readonly number[]): Promise<void> {
  const [owned] = await sql.query<{ slot: number }>(
    'select slot from slot_ownership where slot = any($1::smallint[]) order by slot limit 1',
    [slots],
  );
  if (owned === undefined) return;
  throw new ReshardingError('owns-slots', `${shard} owns slot ${owned.slot}: its rows are not a copy`);
}
