import { migrateDatabase } from '@groundwork/messaging';
import { writeFirstOwnership, writeSlotMap } from '@groundwork/sharding/postgres';
import { createPreparedDatabase, type TestDatabase } from '@groundwork/testing';
import { Client } from 'pg';
import { directoryDataSource } from '../src/storage/directory/directory-data-source.ts';
import { type TestShards } from './start-order-service.ts';

/** Creates a directory in which these shards own their slots, and writes the ownership to each reachable shard. */
export async function createDirectory(shards: TestShards): Promise<TestDatabase> {
  const database = await createPreparedDatabase('directory', (url) =>
    migrateDatabase(directoryDataSource(url)),
  );
  await writeDirectory(database.url, shards);
  return database;
}

/** Does the same in a migrated, empty directory. */
export async function writeDirectory(directoryUrl: string, { map, urls }: TestShards): Promise<void> {
  const client = new Client({ connectionString: directoryUrl });
  await client.connect();
  await writeSlotMap(client, map, urls);
  await client.end();
  for (const [shard, url] of urls) {
    await writeFirstOwnership(url, map.slotsOf(shard), map.epoch).catch(() => undefined);
  }
}
