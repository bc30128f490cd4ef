import { type ClientBase, type Pool } from 'pg';
import { type HotSlot, hotFrom } from '../../slot-load/hot-slot.ts';
import { type SlotLoadReport } from '../../slot-load/slot-load.ts';

type Connection = Pick<ClientBase | Pool, 'query'>;

/** Replaces the last report of an instance. Also deletes reports of instances that are gone. */
export async function reportSlotLoad(
  directory: Connection,
  instance: string,
  { operationsPerSecond, busiest }: SlotLoadReport,
): Promise<void> {
  await directory.query(
    `with removed as (
       delete from hot_slots
       where instance = $1 and slot <> all($2::smallint[])
          or instance <> $1 and reported_at < now() - interval '1 minute'
     )
     insert into hot_slots (instance, slot, operations_per_second, of_all)
     select $1, slot, rate, $4 from unnest($2::smallint[], $3::real[]) as busiest (slot, rate)
     on conflict (instance, slot) do update set
       operations_per_second = excluded.operations_per_second, of_all = excluded.of_all, reported_at = now()`,
    [
      instance,
      busiest.map(({ slot }) => slot),
      busiest.map((one) => one.operationsPerSecond),
      operationsPerSecond,
    ],
  );
}

/** Reads the slots that are hot by the load of all instances together, hottest first. */
export async function readHotSlots(directory: Connection): Promise<readonly HotSlot[]> {
  const { rows } = await directory.query<HotSlot & { ofAll: number }>(
    `with fresh as (select * from hot_slots where reported_at > now() - interval '10 seconds')
     select slot, sum(operations_per_second)::float8 as "operationsPerSecond",
       (select sum(of_all)::float8 from (select max(of_all) as of_all from fresh group by instance) instances) as "ofAll"
     from fresh group by slot order by 2 desc, 1`,
  );
  return rows
    .filter(({ operationsPerSecond, ofAll }) => operationsPerSecond >= hotFrom(ofAll))
    .map(({ slot, operationsPerSecond }) => ({ slot, operationsPerSecond }));
}
