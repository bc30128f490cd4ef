import { type ClientBase, type Pool } from 'pg';
import { type HotSlot } from '../../slot-load/slot-load.ts';

type Connection = Pick<ClientBase | Pool, 'query'>;

/** Replaces what an instance has reported before; reports of instances that are gone leave with it. */
export async function reportHotSlots(
  directory: Connection,
  instance: string,
  hot: readonly HotSlot[],
): Promise<void> {
  await directory.query(
    `with removed as (
       delete from hot_slots
       where instance = $1 and slot <> all($2::smallint[])
          or instance <> $1 and reported_at < now() - interval '1 minute'
     )
     insert into hot_slots (instance, slot, operations_per_second)
     select $1, * from unnest($2::smallint[], $3::real[])
     on conflict (instance, slot)
     do update set operations_per_second = excluded.operations_per_second, reported_at = now()`,
    [instance, hot.map(({ slot }) => slot), hot.map(({ operationsPerSecond }) => operationsPerSecond)],
  );
}

/** The hot slots as all instances together see them, hottest first. */
export async function readHotSlots(directory: Connection): Promise<readonly HotSlot[]> {
  const { rows } = await directory.query<HotSlot>(
    `select slot, sum(operations_per_second)::float8 as "operationsPerSecond"
     from hot_slots where reported_at > now() - interval '10 seconds'
     group by slot order by 2 desc, 1`,
  );
  return rows;
}
