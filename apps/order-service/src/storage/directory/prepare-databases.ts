import { migrateDatabase } from '@groundwork/messaging';
import { type Logger } from '@groundwork/service-kit';
import { type SlotMap } from '@groundwork/sharding';
import { initializeDirectory } from '@groundwork/sharding/postgres';
import { migrateShard } from '../migrate-shard.ts';
import { TABLE_ROLES } from '../table-roles.ts';
import { directoryDataSource } from './directory-data-source.ts';
import { registeredShards } from './registered-shards.ts';
import { restorePins } from './restore-pins.ts';
import { type ShardBehind, ShardsBehindError } from './shards-behind.error.ts';

export interface Databases {
  readonly directoryUrl: string;
  readonly shardUrls: ReadonlyMap<string, string>;
  readonly firstMap: SlotMap;
}

/**
 * Brings the directory and every shard in use up to date, and gives a new platform its first slot map. A database with an
 * address but without an entry in the directory or the first map is ignored: it may even be down.
 *
 * @throws {ShardsBehindError} when some shards could not be migrated, after all others were migrated
 */
export async function prepareDatabases(
  { directoryUrl, shardUrls, firstMap }: Databases,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const applied = await migrateDatabase(directoryDataSource(directoryUrl));
  logger.info({ database: 'directory', applied }, 'the schema is up to date');
  await migrateShards({ directoryUrl, shardUrls, firstMap }, logger);
  const outcome = await initializeDirectory({
    directoryUrl,
    shardUrls,
    firstMap,
    tables: TABLE_ROLES,
    onCorrected: (correction) =>
      logger.warn(
        { ...correction },
        'the directory was older than its shards; the owner of these slots has been corrected',
      ),
  });
  // On every run: a directory that was lost before any move looks like a new one, and an old backup looks like a current
  // one.
  const shards = (await registeredShards(directoryUrl)).values();
  for (const tenant of await restorePins(directoryUrl, shards)) {
    logger.warn(
      { tenant },
      'the tenant was pinned again while its pin was lost and has customers in several slots; its current pin stays',
    );
  }
  logger.info({ outcome }, 'the directory holds a slot map');
}

async function migrateShards(
  { directoryUrl, shardUrls, firstMap }: Databases,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const registered = await registeredShards(directoryUrl);
  const inUse = new Set([...firstMap.shards, ...registered.keys()]);
  const behind: ShardBehind[] = [];
  for (const shard of inUse) {
    const url = (shardUrls.get(shard) ?? registered.get(shard)) as string;
    try {
      logger.info(
        { database: shard, applied: await migrateShard({ name: shard, url }) },
        'the schema is up to date',
      );
    } catch (error) {
      logger.warn(
        { err: error, database: shard },
        'the shard could not be migrated; continuing with the next one',
      );
      behind.push({ shard, error });
    }
  }
  if (behind.length > 0) throw new ShardsBehindError(behind, inUse.size);
}
