import { type Pool } from 'pg';
import { SlotMap } from '../../slots/slot-map.ts';
import { DirectoryEmptyError } from './directory.errors.ts';

/** The content of the directory in one snapshot. */
export interface DirectoryState {
  readonly map: SlotMap;
  /** Every shard that was added, including those without slots. */
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

/** One statement, so that everything comes from one snapshot. $1 is the epoch of the known map. */
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
 * Reads the changes since `known`: all 4096 slots the first time, later only those that moved.
 *
 * @throws {DirectoryEmptyError} if no map was written yet
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
