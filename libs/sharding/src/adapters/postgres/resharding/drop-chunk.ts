import { replicaOf } from '../../../resharding/chunk.ts';
import { endCapture, removeCapture } from './capture.ts';
import { type Chunk } from './chunk-store.ts';
import { deleteRows } from './drop-rows.ts';
import { type MoverContext } from './mover-context.ts';

/** any → dropping → gone: the capture ends, the replica's rows go, the directory forgets the slots. Repeatable. */
export async function dropChunk(context: MoverContext, chunk: Chunk, all: readonly Chunk[]): Promise<void> {
  const { store, reached } = context;
  const [owner, replica] = [await context.shard(chunk.owner), await context.shard(replicaOf(chunk))];
  const tables = await context.catalogOf(owner, true);
  await store.become(chunk, 'dropping');
  reached('drop-recorded');
  await owner.transaction((sql) => endCapture(sql, chunk.slots));
  reached('capture-ended');
  await deleteRows(replica, await context.catalogOf(replica, true), chunk.slots, reached);
  for (const shard of [owner, replica]) {
    const isNeeded = all.some(
      ({ id, source, destination }) => id !== chunk.id && [source, destination].includes(shard.name),
    );
    if (!isNeeded) await removeCapture(shard, tables);
  }
  await store.forget(chunk);
  reached('drop-finished');
}
