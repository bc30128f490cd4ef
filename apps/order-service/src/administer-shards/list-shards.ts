import { type Shard, type ShardList } from '@groundwork/contracts';
import { formatSlots } from '@groundwork/sharding';
import { readHotSlots, readMover } from '@groundwork/sharding/postgres';
import { type Pool } from 'pg';

interface ShardRow {
  readonly name: string;
  readonly url: string;
  readonly ownershipEpoch: number;
  readonly addedAt: Date;
  readonly slots: readonly number[];
}

/** Lists the shards from the directory itself; the copy in this process may be stale. */
export async function listShards(directory: Pool): Promise<ShardList> {
  const [map, rows, mover, hotSlots] = await Promise.all([
    directory.query<{ epoch: number }>('select epoch::float8 as epoch from slot_map'),
    directory.query<ShardRow>(
      `select name, url, ownership_epoch::float8 as "ownershipEpoch", added_at as "addedAt",
         array(select slot::int from slots where shard = name order by slot) as slots
       from shards order by name`,
    ),
    readMover(directory),
    readHotSlots(directory),
  ]);
  const ownerOf = new Map(rows.rows.flatMap(({ name, slots }) => slots.map((slot) => [slot, name] as const)));
  return {
    epoch: map.rows[0]!.epoch,
    shards: rows.rows.map(shardOf),
    mover: mover === undefined ? null : { ...mover, since: mover.since.toISOString() },
    hotSlots: hotSlots.map((hot) => ({ ...hot, shard: ownerOf.get(hot.slot) as string })),
  };
}

function shardOf({ name, url, ownershipEpoch, addedAt, slots }: ShardRow): Shard {
  const { host, pathname } = new URL(url);
  return {
    name,
    // Leaves out the user and the password.
    address: `${host}${pathname}`,
    slots: slots.length,
    ranges: formatSlots(slots),
    ownershipEpoch,
    addedAt: addedAt.toISOString(),
  };
}
