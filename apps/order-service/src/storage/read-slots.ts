import { type Slot, StaleEpochError } from '@groundwork/sharding';
import { type EntityManager } from 'typeorm';
import { type Shard } from './shard.ts';
import { PATIENCE_MS, type Route, type Shards } from './shards.ts';
import { SlotMovingError } from './slot-moving.error.ts';

const EXPECT_SLOTS =
  'select expect_slot(slot, epoch) from unnest($1::smallint[], $2::bigint[]) as expected (slot, epoch)';

/**
 * Reads rows of several slots from the shards that own them and from no others: one reading on each, of all its slots at
 * once and fenced like any other. When a slot has moved meanwhile, all of it is read again by the newer map.
 *
 * @returns the rows of all shards, in no order
 */
export async function readSlots<Row>(
  shards: Shards,
  slots: Iterable<Slot>,
  read: (manager: EntityManager, slots: readonly Slot[]) => Promise<Row[]>,
): Promise<Row[]> {
  const wanted = [...new Set(slots)];
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { map } = shards;
    const routes = wanted.map((slot) => shards.route(slot));
    try {
      const byShard = Map.groupBy(routes, ({ shard }) => shard);
      const rows = await Promise.all([...byShard].map(([shard, own]) => readOn(shard, own, read)));
      return rows.flat();
    } catch (error) {
      if (!(error instanceof StaleEpochError)) throw error;
      const [{ slot, shard }] = routes as [Route];
      const isNewer = await shards.newerThan(map, until - performance.now());
      if (!isNewer) throw new SlotMovingError(slot, shard.name, error);
    }
  }
}

function readOn<Row>(
  shard: Shard,
  routes: readonly Route[],
  read: (manager: EntityManager, slots: readonly Slot[]) => Promise<Row[]>,
): Promise<Row[]> {
  const slots = routes.map(({ slot }) => slot);
  return shard.run(async ({ manager }) => {
    const rows = await read(manager, slots);
    await manager.query(EXPECT_SLOTS, [slots, routes.map(({ epoch }) => epoch)]);
    return rows;
  });
}
