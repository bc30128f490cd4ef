import { migrateDatabase } from '@groundwork/messaging';
import { writeFirstOwnership, writeSlotMap } from '@groundwork/sharding/postgres';
import { createPreparedDatabase, type TestDatabase } from '@groundwork/testing';
import { Client } from 'pg';
import { directoryDataSource } from '../src/storage/directory/directory-data-source.ts';
import { type TestShards } from './start-order-service.ts';

/** A directory in which these shards have their slots, also those that cannot be reached; the others are told. */
export async function createDirectory(shards: TestShards): Promise<TestDatabase> {
  const database = await createPreparedDatabase('directory', (url) =>
    migrateDatabase(directoryDataSource(url)),
  );
  await writeDirectory(database.url, shards);
  return database;
}

/** The same in a directory that is migrated and empty. */
export async function writeDirectory(directoryUrl: string, { map, urls }: TestShards): Promise<void> {
  const client = new Client({ connectionString: directoryUrl });
  await client.connect();
  await writeSlotMap(client, map, urls);
  await client.end();
  for (const [shard, url] of urls) {
    await writeFirstOwnership(url, map.slotsOf(shard), map.epoch).catch(() => undefined);
  }
}
