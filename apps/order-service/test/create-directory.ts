import { writeFirstOwnership, writeSlotMap } from '@groundwork/sharding/postgres';
import { createTestDatabase, type TestDatabase } from '@groundwork/testing';
import { Client } from 'pg';
import { directoryDataSource } from '../src/storage/directory/directory-data-source.ts';
import { migrateDatabase } from '../src/storage/migrate-database.ts';
import { type TestShards } from './start-order-service.ts';

/** A directory in which these shards have their slots, also those that cannot be reached; the others are told. */
export async function createDirectory({ map, urls }: TestShards): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await migrateDatabase(directoryDataSource(database.url));
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await writeSlotMap(client, map, urls);
  await client.end();
  for (const [shard, url] of urls) {
    await writeFirstOwnership(url, map.slotsOf(shard), map.epoch).catch(() => undefined);
  }
  return database;
}
