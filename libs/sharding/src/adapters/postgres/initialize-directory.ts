import { Client } from 'pg';
import { InvalidSlotMapError } from '../../slots/invalid-slot-map.error.ts';
import { FIRST_EPOCH, type SlotAssignment, SlotMap } from '../../slots/slot-map.ts';
import { SLOT_MAP_CHANNEL } from './directory-tables.ts';
import { readOwnership, writeFirstOwnership } from './ownership.ts';
import { writeSlotMap } from './write-slot-map.ts';

export interface InitializeDirectoryOptions {
  readonly directoryUrl: string;
  /** The addresses of all databases that are or may become shards. */
  readonly shardUrls: ReadonlyMap<string, string>;
  /** Who owns what in the beginning. */
  readonly firstMap: SlotMap;
}

export type DirectoryOutcome = 'kept' | 'initialized' | 'restored';

/**
 * Makes sure that the directory holds a map.
 *
 * - One that does keeps it; only the addresses of its shards are brought up to date.
 * - One of a new platform gets the first map, after each shard was given its slots. Cut off and run again, it goes on.
 * - One that was lost is restored from the shards: what each owns is the truth, the directory only says where to look.
 *
 * @throws {InvalidSlotMapError} when the shards own slots of which no total map can be made; nothing is guessed then
 */
export async function initializeDirectory(options: InitializeDirectoryOptions): Promise<DirectoryOutcome> {
  const directory = new Client({
    connectionString: options.directoryUrl,
    application_name: 'initialize directory',
  });
  await directory.connect();
  try {
    await directory.query('begin');
    // Two runs at once: the second waits here and then finds the map of the first.
    await directory.query('lock table slot_map in exclusive mode');
    const { rowCount } = await directory.query('select from slot_map');
    const outcome = rowCount === 0 ? await writeMap(directory, options) : 'kept';
    await updateAddresses(directory, options.shardUrls);
    await directory.query(`select pg_notify('${SLOT_MAP_CHANNEL}', '')`);
    await directory.query('commit');
    return outcome;
  } finally {
    await directory.end();
  }
}

async function writeMap(
  directory: Client,
  { shardUrls, firstMap }: InitializeDirectoryOptions,
): Promise<DirectoryOutcome> {
  const found = await Promise.all([...shardUrls].map(([shard, url]) => ownedBy(shard, url, firstMap)));
  // A shard whose slots have changed since the first epoch may own just the first ones that are left.
  const isFirst = found.every(
    ({ epoch, assignments }) =>
      epoch <= FIRST_EPOCH &&
      assignments.every(({ slot, shard }) => firstMap.assignments[slot]?.shard === shard),
  );
  if (!isFirst) {
    await writeSlotMap(directory, restored(found), shardUrls);
    return 'restored';
  }
  for (const shard of firstMap.shards) {
    await writeFirstOwnership(shardUrls.get(shard) as string, firstMap.slotsOf(shard), FIRST_EPOCH);
  }
  await writeSlotMap(directory, firstMap, shardUrls);
  return 'initialized';
}

interface Owned {
  readonly shard: string;
  readonly epoch: number;
  readonly assignments: readonly SlotAssignment[];
}

async function ownedBy(shard: string, url: string, firstMap: SlotMap): Promise<Owned> {
  try {
    const { epoch, slots } = await readOwnership(url);
    // Nothing is remembered of the ids that earlier owners made; they are older than this moment.
    const idsAfterMs = Date.now();
    return { shard, epoch, assignments: slots.map((owned) => ({ ...owned, shard, idsAfterMs })) };
  } catch (error) {
    // A database that is not in use need not run. If it does hold slots, they are missed below.
    if (firstMap.shards.includes(shard)) throw error;
    return { shard, epoch: 0, assignments: [] };
  }
}

function restored(found: readonly Owned[]): SlotMap {
  try {
    return SlotMap.of({
      epoch: Math.max(...found.map(({ epoch }) => epoch)),
      assignments: found.flatMap(({ assignments }) => assignments),
      ownershipEpochs: new Map(found.map(({ shard, epoch }) => [shard, epoch])),
    });
  } catch (error) {
    if (!(error instanceof InvalidSlotMapError)) throw error;
    throw new InvalidSlotMapError(
      `the directory is empty, and what the shards own makes no map: ${error.message}. Start every shard that ` +
        'holds slots; if the directory was lost while slots were being switched, restore it from its backup',
    );
  }
}

async function updateAddresses(directory: Client, urls: ReadonlyMap<string, string>): Promise<void> {
  await directory.query(
    `update shards set url = known.url from unnest($1::text[], $2::text[]) as known (name, url)
     where shards.name = known.name and shards.url <> known.url`,
    [[...urls.keys()], [...urls.values()]],
  );
}
