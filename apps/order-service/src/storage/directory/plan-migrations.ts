import { readSchemaState } from '@groundwork/messaging';
import { type DataSource } from 'typeorm';
import { shardDataSource } from '../shard-data-source.ts';
import { directoryDataSource } from './directory-data-source.ts';
import { registeredShards } from './registered-shards.ts';
import { type Databases } from './prepare-databases.ts';

/** Returns what a run of the migrations would do, one line for each database. Changes nothing. */
export async function planMigrations({ directoryUrl, shardUrls, firstMap }: Databases): Promise<string[]> {
  const registered = await registeredShards(directoryUrl);
  const shards = [...new Set([...firstMap.shards, ...registered.keys()])];
  const plans = [planOf('directory', directoryDataSource(directoryUrl))];
  for (const shard of shards) {
    const url = (shardUrls.get(shard) ?? registered.get(shard)) as string;
    plans.push(planOf(shard, shardDataSource({ url, poolSize: 2, connectTimeoutMs: 5_000 })));
  }
  return Promise.all(plans);
}

async function planOf(database: string, dataSource: DataSource): Promise<string> {
  try {
    await dataSource.initialize();
    const { pending, unknown } = await readSchemaState(dataSource);
    const ahead = unknown.length === 0 ? '' : `; has ${unknown.join(', ')} of a newer release`;
    return `${database}: ${pending.length === 0 ? 'up to date' : `to apply ${pending.join(', ')}`}${ahead}`;
  } catch (error) {
    return `${database}: cannot be reached (${(error as Error).message})`;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
