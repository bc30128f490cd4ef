import { migrateDatabase } from '@groundwork/messaging';
import { Client } from 'pg';
import { cacheDataSource } from './cache-data-source.ts';
import { SCHEMA } from './schema.ts';

/** Creates the schema of this service where it is missing, and migrates it. Returns the names of the migrations it has applied. */
export async function migrateCache(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(`create schema if not exists ${SCHEMA}`);
  } finally {
    await client.end();
  }
  return migrateDatabase(cacheDataSource(url));
}
