import { type Pool } from 'pg';
import { SlotMap } from '../../slots/slot-map.ts';
import { DirectoryEmptyError } from './directory.errors.ts';

/** What the directory says at one moment. */
export interface DirectoryState {
  readonly map: SlotMap;
  /** Every shard that was added, those that own no slot included. */
  readonly shardUrls: ReadonlyMap<string, string>;
}

interface DirectoryRow {
  readonly epoch: number | null;
  readonly shards: readonly {
    readonly name: string;
    readonly url: string;
    readonly ownershipEpoch: number;
  }[];
  readonly slots: readonly (readonly [slot: number, shard: string, epoch: number, idsAfterMs: number])[];
}

/** One statement, so that all of it is of one moment. $1 the epoch of the map that is known already */
const READ = {
  name: 'read-directory',
  text: `
    select
      (select epoch::float8 from slot_map) as epoch,
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'url', url, 'ownershipEpoch', ownership_epoch) order by name), '[]')
         from shards) as shards,
      (select coalesce(jsonb_agg(jsonb_build_array(slot, shard, epoch, ids_after_ms)), '[]')
         from slots where epoch > $1) as slots`,
};

/**
 * Reads what has changed since `known`: the 4096 slots once, then only those that moved.
 *
 * @throws {DirectoryEmptyError} before the first map was written
 */
export async function readDirectory(pool: Pool, known: SlotMap | undefined): Promise<DirectoryState> {
  const { rows } = await pool.query<DirectoryRow>({ ...READ, values: [known?.epoch ?? 0] });
  const { epoch, shards, slots } = rows[0] as DirectoryRow;
  if (epoch === null) throw new DirectoryEmptyError();
  const change = {
    epoch,
    assignments: slots.map(([slot, shard, since, idsAfterMs]) => ({ slot, shard, epoch: since, idsAfterMs })),
    ownershipEpochs: new Map(shards.map(({ name, ownershipEpoch }) => [name, ownershipEpoch])),
  };
  return {
    map: known === undefined ? SlotMap.of(change) : known.epoch === epoch ? known : known.with(change),
    shardUrls: new Map(shards.map(({ name, url }) => [name, url])),
  };
}
