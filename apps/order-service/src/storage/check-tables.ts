import { examineTables, refuseImmovableTables, sqlOf } from '@groundwork/sharding/postgres';
import { withShard } from '../administer-shards/with-client.ts';
import { TABLE_ROLES } from './table-roles.ts';

/**
 * Checks that the mover can move the tables of these shards.
 *
 * @throws {ReshardingError} `table-not-movable`, `schema-differs` @throws {ShardUnavailableError}
 */
export async function checkTables(shards: ReadonlyMap<string, string>): Promise<void> {
  const examined = await Promise.all(
    [...shards].map(([name, url]) =>
      withShard(name, url, async (client) => ({
        name,
        ...(await examineTables(sqlOf(client), TABLE_ROLES)),
      })),
    ),
  );
  refuseImmovableTables(examined);
}
