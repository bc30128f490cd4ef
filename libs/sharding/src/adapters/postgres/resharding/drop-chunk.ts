import { replicaOf } from '../../../resharding/chunk.ts';
import { endCapture, removeCapture } from './capture.ts';
import { type Chunk } from './chunk-store.ts';
import { deleteRows } from './drop-rows.ts';
import { giveBack } from './give-back.ts';
import { type MoverContext } from './mover-context.ts';
import { type ShardLink } from './shard-link.ts';

/**
 * any phase except switching → dropping → gone: ends the capture, deletes the replica's rows, and removes the slots.
 * Repeatable.
 */
export async function dropChunk(context: MoverContext, chunk: Chunk, all: readonly Chunk[]): Promise<void> {
  await endChunk(context, chunk, all, await context.shard(replicaOf(chunk)));
}

/** Drops a chunk without its replica, whose database is permanently lost. Rows that it may still hold stay there. */
export async function abandonChunk(
  context: MoverContext,
  chunk: Chunk,
  all: readonly Chunk[],
): Promise<void> {
  if (chunk.phase === 'switching') await giveBack(context, chunk);
  await endChunk(context, chunk, all, undefined);
}

async function endChunk(
  context: MoverContext,
  chunk: Chunk,
  all: readonly Chunk[],
  replica: ShardLink | undefined,
): Promise<void> {
  const { store, reached } = context;
  const owner = await context.shard(chunk.owner);
  // Catalogs are read again for each chunk. A later move therefore installs the capture again if it is removed below.
  const tables = await context.catalogOf(owner, true);
  await store.become(chunk, 'dropping');
  reached('drop-recorded');
  await owner.transaction((sql) => endCapture(sql, chunk.slots));
  reached('capture-ended');
  if (replica !== undefined)
    await deleteRows(replica, await context.catalogOf(replica, true), chunk.slots, reached);
  for (const shard of replica === undefined ? [owner] : [owner, replica]) {
    const isNeeded = all.some(
      ({ id, source, destination }) => id !== chunk.id && [source, destination].includes(shard.name),
    );
    if (!isNeeded) await removeCapture(shard, tables);
  }
  await store.forget(chunk);
  reached('drop-finished');
}
