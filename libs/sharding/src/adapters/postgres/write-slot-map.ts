import { type ClientBase } from 'pg';
import { type SlotMap } from '../../slots/slot-map.ts';

/** Writes a whole map, with its shards, into a directory that has none. */
export async function writeSlotMap(
  directory: ClientBase,
  map: SlotMap,
  urls: ReadonlyMap<string, string>,
): Promise<void> {
  await directory.query('insert into slot_map (epoch) values ($1)', [map.epoch]);
  const shards = map.shards.map((name) => ({
    name,
    url: urls.get(name),
    ownership_epoch: map.ownershipEpochOf(name),
  }));
  await directory.query(
    `insert into shards (name, url, ownership_epoch)
     select name, url, ownership_epoch from jsonb_populate_recordset(null::shards, $1)`,
    [JSON.stringify(shards)],
  );
  const slots = map.assignments.map(({ idsAfterMs, ...slot }) => ({ ...slot, ids_after_ms: idsAfterMs }));
  await directory.query('insert into slots select * from jsonb_populate_recordset(null::slots, $1)', [
    JSON.stringify(slots),
  ]);
}
