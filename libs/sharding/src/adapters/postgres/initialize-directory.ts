import { Client } from 'pg';
import { InvalidSlotMapError } from '../../slots/invalid-slot-map.error.ts';
import { FIRST_EPOCH, type SlotAssignment, SlotMap } from '../../slots/slot-map.ts';
import { SLOT_MAP_CHANNEL } from './directory-tables.ts';
import { fenceMovers } from './fence-movers.ts';
import { latestIdTimesOn } from './latest-id-times.ts';
import { OpenShards } from './open-shards.ts';
import { writeFirstOwnership } from './ownership.ts';
import { reconcileDirectory, type SlotCorrection } from './reconcile-directory.ts';
import { type TableRoles } from './resharding/tables/table-roles.ts';
import { READ_COMMITTED_SESSION } from './session-options.ts';
import { nameShard } from './shard-name.ts';
import { writeSlotMap } from './write-slot-map.ts';

export interface InitializeDirectoryOptions {
  readonly directoryUrl: string;
  /** The addresses of all databases that are or may become shards. */
  readonly shardUrls: ReadonlyMap<string, string>;
  /** The owner of each slot in a new platform. */
  readonly firstMap: SlotMap;
  /** Roles of the shards' tables. In a restored directory, new ids of a slot are later than the highest id in its rows. */
  readonly tables: TableRoles;
  /** Receives each correction of the directory. */
  readonly onCorrected?: (correction: SlotCorrection) => void;
}

export type DirectoryOutcome = 'kept' | 'initialized' | 'restored' | 'corrected';

/**
 * Ensures that the directory has a map, and that its shards agree with it and know their names.
 *
 * - A directory that agrees keeps its map; only the addresses of its shards are updated.
 * - A directory that is older than its shards, restored from a backup, is corrected from them.
 * - The directory of a new platform gets the first map, after each shard was given its slots. An interrupted run can be
 * repeated.
 * - A lost directory is restored from the shards: the slots that they own are the truth, and the directory only points to
 * them.
 *
 * @throws {InvalidSlotMapError} if the slots of the shards make no total map; then nothing is changed
 * @throws {ShardNameError} if an address leads to the database of another shard
 */
export async function initializeDirectory(options: InitializeDirectoryOptions): Promise<DirectoryOutcome> {
  const directory = new Client({
    connectionString: options.directoryUrl,
    application_name: 'initialize directory',
    options: READ_COMMITTED_SESSION,
  });
  await directory.connect();
  try {
    const shardUrls = new Map([...(await registeredUrls(directory)), ...options.shardUrls]);
    // Connect before the map is locked: a mover that switches slots waits for that lock, and so do the writers of these
    // slots.
    const shards = await OpenShards.of(shardUrls);
    try {
      return await inTransaction(directory, () => agree(directory, shards, { ...options, shardUrls }));
    } finally {
      await shards.close();
    }
  } finally {
    await directory.end();
  }
}

async function agree(
  directory: Client,
  shards: OpenShards,
  options: InitializeDirectoryOptions,
): Promise<DirectoryOutcome> {
  // Of two concurrent runs, the second waits here and then finds the map of the first.
  await directory.query('lock table slot_map in exclusive mode');
  // Do this before the comparison: a database with two names would claim all of its slots twice.
  await nameRegistered(directory, shards);
  const { rowCount } = await directory.query('select from slot_map');
  const outcome =
    rowCount === 0 ? await writeMap(directory, shards, options) : await reconcile(directory, shards, options);
  await updateAddresses(directory, options.shardUrls);
  const registered = await nameRegistered(directory, shards);
  if (outcome !== 'kept') await shards.each(registered, ({ client }) => forgetMoves(client));
  await outrankMovers(directory, shards);
  await directory.query(`select pg_notify('${SLOT_MAP_CHANNEL}', '')`);
  return outcome;
}

async function reconcile(
  directory: Client,
  shards: OpenShards,
  { shardUrls, tables, onCorrected }: InitializeDirectoryOptions,
): Promise<DirectoryOutcome> {
  const corrections = await reconcileDirectory(directory, shards, { urls: shardUrls, tables });
  for (const correction of corrections) onCorrected?.(correction);
  return corrections.length === 0 ? 'kept' : 'corrected';
}

async function nameRegistered(directory: Client, shards: OpenShards): Promise<ReadonlySet<string>> {
  const registered = new Set((await registeredUrls(directory)).keys());
  await shards.each(registered, ({ shard, client }) => nameShard(client, shard));
  return registered;
}

/** Deletes the notes of moves that the directory does not know. Otherwise keys would be noted forever and never be read. */
async function forgetMoves(shard: Client): Promise<void> {
  await shard.query('delete from slot_captures');
  await shard.query('delete from slot_changes');
}

/** If the directory started to count movers again, every shard would refuse new movers as superseded. */
async function outrankMovers(directory: Client, shards: OpenShards): Promise<void> {
  const generations = (await shards.read()).map(({ owned }) => owned.moverGeneration ?? 0);
  await directory.query('update mover set generation = $1 where generation < $1', [
    Math.max(0, ...generations),
  ]);
}

async function writeMap(
  directory: Client,
  shards: OpenShards,
  { shardUrls, firstMap, tables }: InitializeDirectoryOptions,
): Promise<DirectoryOutcome> {
  await fenceMovers(directory, shards);
  const found = await ownedBy(shards, tables);
  const missing = firstMap.shards.find((shard) => !shards.has(shard));
  if (missing !== undefined) {
    throw new InvalidSlotMapError(
      `${missing} cannot be reached, but the first map gives it slots: start it first`,
    );
  }
  // A shard whose slots have changed since the first epoch may own only some of its first slots.
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

/** A database that is not in use need not run. If a missing database does hold slots, the map has a gap and is refused. */
async function ownedBy(shards: OpenShards, tables: TableRoles): Promise<Owned[]> {
  return Promise.all(
    (await shards.read()).map(async ({ shard, client, owned: { epoch, slots } }) => {
      const idTimes = await latestIdTimesOn(
        client,
        tables,
        slots.map(({ slot }) => slot),
      );
      return {
        shard,
        epoch,
        assignments: slots.map((owned, n) => ({ ...owned, shard, idsAfterMs: idTimes[n]! })),
      };
    }),
  );
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
      `the directory is empty, and the slots of the shards make no complete map: ${error.message}. Start every shard that ` +
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

async function registeredUrls(directory: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await directory.query<{ name: string; url: string }>(
    'select name, url from shards order by name',
  );
  return new Map(rows.map(({ name, url }) => [name, url]));
}

async function inTransaction<T>(directory: Client, work: () => Promise<T>): Promise<T> {
  await directory.query('begin');
  // After an error the caller ends the connection, which rolls the transaction back.
  const result = await work();
  await directory.query('commit');
  return result;
}
