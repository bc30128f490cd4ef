import { type Slot } from '@groundwork/sharding';
import { type EntityManager } from 'typeorm';
import { expectAllOwned } from './fences.ts';
import { type Shard } from './shard.ts';
import { type Route, type Shards } from './shards.ts';

/**
 * Reads rows of several slots from the shards that own them, and only from those: one read on each shard, of all its slots
 * together and fenced like any other read. When a slot has moved meanwhile, all slots are read again by the newer map.
 *
 * @returns the rows of all shards, in no order
 */
export function readSlots<Row>(
  shards: Shards,
  slots: Iterable<Slot>,
  read: (manager: EntityManager, slots: readonly Slot[]) => Promise<Row[]>,
): Promise<Row[]> {
  const wanted = [...new Set(slots)];
  return shards.untilLetThrough(wanted, async () => {
    const byShard = Map.groupBy(
      wanted.map((slot) => shards.route(slot)),
      ({ shard }) => shard,
    );
    const rows = await Promise.all([...byShard].map(([shard, own]) => readOn(shard, own, read)));
    return rows.flat();
  });
}

function readOn<Row>(
  shard: Shard,
  routes: readonly Route[],
  read: (manager: EntityManager, slots: readonly Slot[]) => Promise<Row[]>,
): Promise<Row[]> {
  return shard.run(async ({ manager }) => {
    const rows = await read(
      manager,
      routes.map(({ slot }) => slot),
    );
    await expectAllOwned(manager, routes);
    return rows;
  });
}
