import { Client } from 'pg';

/** Returns the shards of the directory with their registered addresses; none before the directory has its first map. */
export async function registeredShards(directoryUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = new Client({ connectionString: directoryUrl, application_name: 'migrate-orders' });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ exists: boolean }>(
      `select to_regclass('shards') is not null as exists`,
    );
    if (tables[0]?.exists !== true) return new Map();
    const { rows } = await client.query<{ name: string; url: string }>('select name, url from shards');
    return new Map(rows.map(({ name, url }) => [name, url]));
  } finally {
    await client.end();
  }
}
