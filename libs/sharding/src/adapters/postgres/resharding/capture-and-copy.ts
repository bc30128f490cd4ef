import { setTimeout as delay } from 'node:timers/promises';
import { replicaOf } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { beginCapture, horizonOf, isBehind } from './capture.ts';
import { type Chunk } from './chunk-store.ts';
import { countRows, nextBatch } from './copy.ts';
import { type MoverContext } from './mover-context.ts';
import { deleteRows } from './drop-rows.ts';
import { putRows } from './rows.ts';
import { type ShardLink } from './shard-link.ts';

/** Small enough that a statement takes some milliseconds and that large rows fit into memory. */
const BATCH = { rows: 500, bytes: 4 * 1024 * 1024 };
const SLICE_MS = 500;
const PATIENCE_MS = 1_000;

/** planned or capturing → copying: starts noting changes, and waits for older transactions to end. Repeatable. */
export async function captureChunk(context: MoverContext, chunk: Chunk): Promise<void> {
  const { store, reached } = context;
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = await context.tablesOf(owner, replica);
  await store.become(chunk, 'capturing');
  reached('capture-recorded');
  for (const shard of [owner, replica]) await context.fencing(shard);
  await context.capturing(owner, tables);
  await owner.transaction((sql) => beginCapture(sql, chunk.slots));
  reached('capture-begun');
  await waitForOlderTransactions(owner);
  const moving = tables.filter(({ isQueue }) => !isQueue);
  // Rows left by an earlier, cancelled move would be mistaken for copied rows.
  await deleteRows(replica, tables, chunk.slots, reached);
  await store.estimate(chunk, await countRows(owner, moving, chunk.slots));
  await store.become(chunk, 'copying', 'copy_table = null, copy_after = null, rows_copied = 0');
  reached('copy-begun');
}

async function waitForOlderTransactions(owner: ShardLink): Promise<void> {
  const horizon = await horizonOf(owner);
  const until = performance.now() + PATIENCE_MS;
  while (!(await isBehind(owner, horizon))) {
    if (performance.now() > until) {
      throw new ReshardingError(
        'older-transactions',
        `a transaction on the server of ${owner.name} is older than the capture and has not ended; the mover retries`,
        { retryable: true },
      );
    }
    await delay(5);
  }
}

/** Copies for half a second, then lets other work run. Resumes after the last batch. */
export async function copyChunk(context: MoverContext, chunk: Chunk, signal: AbortSignal): Promise<void> {
  const { store, reached, pace } = context;
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = (await context.tablesOf(owner, replica)).filter(({ isQueue }) => !isQueue);
  const copying = tables.findIndex(({ name }) => name === chunk.copyTable);
  // If the table was dropped, the stored position has no meaning in another table.
  let at = Math.max(0, copying);
  let after = copying === -1 ? null : chunk.copyAfter;
  const until = performance.now() + SLICE_MS;
  while (performance.now() < until && !signal.aborted) {
    const table = tables[at];
    if (table === undefined) {
      await store.become(chunk, 'following');
      reached('copy-finished');
      return;
    }
    const began = performance.now();
    const batch = await nextBatch(owner, table, chunk, after, BATCH);
    if (batch.isLast) at += 1;
    after = batch.isLast ? null : batch.after;
    if (batch.count === 0) continue;
    await replica.transaction((sql) => putRows(sql, table, batch.rows, chunk.slots));
    reached('batch-copied');
    await store.copied(chunk, (tables[at] ?? table).name, after, batch.count);
    await pace.after(batch.count, performance.now() - began, signal);
  }
}
