import { migrateDatabase } from '@groundwork/messaging';
import { fenceTables } from '@groundwork/sharding/postgres';
import { shardDataSource } from './shard-data-source.ts';
import { TABLE_ROLES } from './table-roles.ts';

export interface ShardToMigrate {
  readonly name: string;
  readonly url: string;
  /** Default: 5 s. */
  readonly connectTimeoutMs?: number;
}

/**
 * Brings the schema of a shard up to date, and makes the database itself reject writes to slots that it does not own, also
 * in the tables of this release.
 *
 * @returns the names of the migrations that this run has applied
 */
export async function migrateShard({
  name,
  url,
  connectTimeoutMs = 5_000,
}: ShardToMigrate): Promise<string[]> {
  const applied = await migrateDatabase(shardDataSource({ url, poolSize: 2, connectTimeoutMs }));
  await fenceTables({ name, url, roles: TABLE_ROLES });
  return applied;
}
