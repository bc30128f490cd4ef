import { replicaOf } from '../../../resharding/chunk.ts';
import { catchUp } from './catch-up.ts';
import { type Chunk } from './chunk-store.ts';
import { type MoverContext } from './mover-context.ts';
import { type ShardLink } from './shard-link.ts';

const BATCH = 500;
/** Limit of batches in a round, so that one busy shard does not delay the others. */
const BATCHES = 8;

/** Applies the changes of one owner for all chunks with the same direction. @returns the number of processed notes */
export async function followChunks(context: MoverContext, chunks: readonly Chunk[]): Promise<number> {
  const [first] = chunks as [Chunk, ...Chunk[]];
  const [owner, replica] = [await context.shard(first.owner), await context.shard(replicaOf(first))];
  const tables = await context.tablesOf(owner, replica);
  await context.capturing(owner, tables);
  const slots = chunks.flatMap((chunk) => chunk.slots);
  let done = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const count = await catchUp({ owner, replica, tables, slots, limit: BATCH, reached: context.reached });
    done += count;
    if (count < BATCH) break;
  }
  await context.store.backlog(chunks, await backlogOf(owner, slots));
  return done;
}

async function backlogOf(owner: ShardLink, slots: readonly number[]): Promise<Map<number, number>> {
  const rows = await owner.query<{ slot: number; changes: number }>(
    'select slot, count(*)::int as changes from slot_changes where slot = any($1::smallint[]) group by slot',
    [slots],
  );
  return new Map(rows.map(({ slot, changes }) => [slot, changes]));
}

/** Groups chunks by the direction of their changes. */
export function byWay(chunks: readonly Chunk[]): Chunk[][] {
  return [...Map.groupBy(chunks, (chunk) => `${chunk.owner} ${replicaOf(chunk)}`).values()];
}
