import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { type EffectsDatabase, EFFECTS_SQL } from '../effects-database.ts';
import { BATCH_SIZE } from './batch-size.ts';

/** One for each partition of the topic: our way also runs that many transactions concurrently. */
const CONNECTIONS = 4;

/** Runs the same statements directly: no broker, no decoding, no strategy. */
export async function barePgBatches({ pool }: EffectsDatabase, count: number) {
  const batches = Array.from({ length: Math.ceil(count / BATCH_SIZE) }, (_, batch) =>
    Array.from({ length: Math.min(BATCH_SIZE, count - batch * BATCH_SIZE) }, () => randomUUID() as string),
  );
  const offsets = Array.from({ length: CONNECTIONS }, () => 0);
  await pool.query(
    `insert into consumed_partitions select 'bare', 'bare', n, 1, 0 from generate_series(0, $1) as n`,
    [CONNECTIONS - 1],
  );
  const startedAt = performance.now();
  await Promise.all(
    offsets.map(async (_, partition) => {
      for (let ids = batches.pop(); ids !== undefined; ids = batches.pop()) {
        offsets[partition] = (offsets[partition] as number) + ids.length;
        await writeBatch(pool, ids, partition, offsets[partition]);
      }
    }),
  );
  return { elapsedMs: performance.now() - startedAt };
}

async function writeBatch(
  pool: Pool,
  ids: readonly string[],
  partition: number,
  nextOffset: number,
): Promise<void> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(
    `with claim as (
       update consumed_partitions set next_offset = greatest(next_offset, $4)
       where consumer_group = 'bare' and topic = 'bare' and partition = $3 and epoch = 1 returning 1
     ), inserted as (
       insert into inbox (consumer, event_id)
       select $1, id from unnest($2::text[]) as id where exists (select from claim) order by id
       on conflict do nothing returning event_id
     )
     select exists (select from claim) as holds,
            array(select id from unnest($2::text[]) as id except select event_id from inserted) as had`,
    ['bench', ids, partition, nextOffset],
  );
  await client.query(EFFECTS_SQL, [ids, ids.map((_, n) => n)]);
  await client.query('commit');
  client.release();
}
