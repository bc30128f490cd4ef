import { replicaOf } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { SLOT_LOCK_CLASS } from '../slot-tables.ts';
import { beginCapture, endCapture, installCapture } from './capture.ts';
import { catchUp } from './catch-up.ts';
import { type Chunk } from './chunk-store.ts';
import { compare, inWords } from './compare.ts';
import { discardQueue, handOverQueue } from './hand-over-queue.ts';
import { latestIdTimes, publishSwitch, recordSwitch } from './switch-records.ts';
import { type MoverContext } from './mover-context.ts';
import { type OpenTransaction, type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';

/** How long writers may be kept waiting while their slots' locks are asked for; then it is tried again later. */
const LOCK_MS = 150;
const BATCH = 1_000;

interface Switching {
  readonly context: MoverContext;
  readonly chunk: Chunk;
  readonly owner: ShardLink;
  readonly replica: ShardLink;
  readonly tables: readonly ShardedTable[];
  readonly epoch: string;
}

/**
 * following → switching → following, with owner and replica in each other's place:
 *
 *     directory: switching, epoch ─▶ owner: lock, catch up, compare, let go ─▶ replica: take over ─▶ directory: publish
 *
 * Until the owner has let go, a failure leaves everything as it was. From then on there is only forward: whoever comes next
 * finds that the owner has no claim any more and goes on with the taking over, which may be repeated. The replica's
 * transaction is ready before the owner's is committed, so what lies between them is the time of two commits.
 */
export async function switchChunk(context: MoverContext, chunk: Chunk): Promise<void> {
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = await context.tablesOf(owner, replica, { fresh: true });
  await installCapture(replica, tables);
  if (chunk.phase === 'following' && (await takesTooLong({ owner, replica, tables, chunk, context }))) {
    await context.store.split(chunk);
    return;
  }
  const epoch = await recordSwitch(context, chunk);
  context.reached('switch-recorded');
  const began = performance.now();
  const wasResumed = await changeHands({ context, chunk, owner, replica, tables, epoch });
  const idTimes = await latestIdTimes(replica, tables, chunk.slots);
  const pauseMs = wasResumed ? undefined : performance.now() - began;
  await publishSwitch(context, { chunk, epoch, idTimes, pauseMs });
  context.reached('switch-published');
}

/**
 * Rehearses what takes longest under the lock, the comparison, without it: that warms both sides' caches, and slots with many
 * rows are switched fewer at a time. What it finds does not count, for the slots are being written to.
 */
async function takesTooLong({
  owner,
  replica,
  tables,
  chunk,
  context,
}: Omit<Switching, 'epoch'>): Promise<boolean> {
  const began = performance.now();
  await compare(owner, replica, tables, chunk.slots);
  return chunk.slots.length > 1 && performance.now() - began > context.longestCompareMs;
}

/** @returns whether the owner had let go before */
async function changeHands(switching: Switching): Promise<boolean> {
  const { context, chunk, owner, replica } = switching;
  let isOwned = false;
  const leaving = await owner.begin();
  let taking: OpenTransaction | undefined;
  try {
    await lock(leaving, chunk, owner);
    context.reached('switch-locked');
    isOwned = await owns(leaving, chunk.slots);
    if (isOwned) await bringEverything(switching, leaving);
    taking = await replica.begin();
    await takeOver(taking, switching);
    await letGo(leaving, switching);
  } catch (error) {
    await taking?.rollback();
    await leaving.rollback();
    if (isOwned) await context.store.become(chunk, 'following', 'epoch = null');
    throw error;
  }
  await commitBoth(context, leaving, taking);
  return !isOwned;
}

/** Whatever fails here, it is not known how far it came: the chunk stays switching and is looked at anew. */
async function commitBoth(
  context: MoverContext,
  leaving: OpenTransaction,
  taking: OpenTransaction,
): Promise<void> {
  try {
    await leaving.commit();
  } catch (error) {
    await taking.rollback();
    throw error;
  }
  context.reached('switch-let-go');
  await taking.commit();
  context.reached('switch-taken');
}

/** Ascending, as those who write to several slots do. Whoever has passed the fence has committed once the lock is granted. */
async function lock(leaving: Sql, { slots }: Chunk, owner: ShardLink): Promise<void> {
  await leaving.query(`set local statement_timeout = ${LOCK_MS}`);
  try {
    await leaving.query(
      `select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, slot) from unnest($1::int[]) as slot`,
      [slots],
    );
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    throw new ReshardingError(
      'owner-busy',
      `a transaction on ${owner.name} holds one of the slots for longer than ${LOCK_MS} ms`,
      { retryable: true, cause: error },
    );
  }
  await leaving.query('set local statement_timeout = 2000');
}

async function owns(leaving: Sql, slots: readonly number[]): Promise<boolean> {
  const rows = await leaving.query('select slot from slot_ownership where slot = any($1::smallint[])', [
    slots,
  ]);
  if (rows.length > 0 && rows.length < slots.length) {
    throw new ReshardingError(
      'owns-slots',
      `the owner has ${rows.length} of ${slots.length} slots of the chunk`,
    );
  }
  return rows.length > 0;
}

async function bringEverything(switching: Switching, leaving: Sql): Promise<void> {
  const { context, chunk, replica, tables } = switching;
  const { reached } = context;
  const { slots } = chunk;
  while ((await catchUp({ owner: leaving, replica, tables, slots, limit: BATCH, reached })) > 0);
  for (const queue of tables.filter(({ isQueue }) => isQueue)) {
    await replica.transaction((sql) => handOverQueue(leaving, sql, queue, slots));
  }
  reached('switch-caught-up');
  await refuseDifferences(leaving, switching);
  reached('switch-verified');
}

async function letGo(leaving: Sql, { chunk, tables, epoch }: Switching): Promise<void> {
  await leaving.query('delete from slot_ownership where slot = any($1::smallint[])', [chunk.slots]);
  await leaving.query('update shard_state set ownership_epoch = $1', [epoch]);
  await endCapture(leaving, chunk.slots);
  for (const queue of tables.filter(({ isQueue }) => isQueue))
    await discardQueue(leaving, queue, chunk.slots);
}

/** What is written from now on at the new owner is noted for the old one. */
async function takeOver(taking: Sql, { chunk, epoch }: Switching): Promise<void> {
  await beginCapture(taking, chunk.slots);
  await taking.query(
    `insert into slot_ownership (slot, epoch) select unnest($1::smallint[]), $2
     on conflict (slot) do update set epoch = excluded.epoch`,
    [chunk.slots, epoch],
  );
  await taking.query('update shard_state set ownership_epoch = $1', [epoch]);
}

async function refuseDifferences(owner: Sql, { chunk, replica, tables }: Switching): Promise<void> {
  const differences = await compare(owner, replica, tables, chunk.slots);
  if (differences.length === 0) return;
  throw new ReshardingError('verification-failed', inWords(differences, chunk.owner, replica.name));
}
