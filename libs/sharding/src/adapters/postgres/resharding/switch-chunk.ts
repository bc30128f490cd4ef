import { replicaOf } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { latestIdTimes } from '../latest-id-times.ts';
import { installCapture } from './capture.ts';
import { applyChanges, readChanges } from './catch-up.ts';
import { type Chunk } from './chunk-store.ts';
import { compareAhead } from './compare-ahead.ts';
import { differencesOf, refuseDifferences } from './difference.ts';
import { discardQueue, handOverQueue, refuseLongQueue } from './hand-over-queue.ts';
import { type MoverContext } from './mover-context.ts';
import { type RowKeys } from './row-keys.ts';
import { type OpenTransaction, type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { leaveSlots, lockSlots, ownsSlots, takeSlots } from './slot-ownership.ts';
import { type Sql } from './sql.ts';
import { publishSwitch, recordSwitch } from './switch-records.ts';
import { tally } from './tally.ts';
import { installWriteFences } from './write-fence.ts';

/** More changes than this between the last comparison and the lock are not brought over while writers wait. */
const MOST_CHANGES = 2_000;

interface Switching {
  readonly context: MoverContext;
  readonly chunk: Chunk;
  readonly owner: ShardLink;
  readonly replica: ShardLink;
  readonly followed: readonly ShardedTable[];
  readonly queues: readonly ShardedTable[];
  /** What has changed since everything was compared. */
  readonly touched: RowKeys;
  readonly epoch: string;
}

/**
 * following → switching → following, with owner and replica in each other's place:
 *
 *     compare ─▶ directory: switching, epoch ─▶ owner: lock, catch up, let go ─▶ replica: take over ─▶ directory: publish
 *
 * What takes long, comparing all rows, comes before the lock; under it, only the rows that have changed since are. So the pause
 * does not grow with the slots. Until the owner has let go, a failure leaves everything as it was. From then on there is only
 * forward (`finishSwitch`). The replica's transaction is ready before the owner's is committed, so what lies between them is
 * the time of two commits.
 */
export async function switchChunk(context: MoverContext, chunk: Chunk): Promise<void> {
  const { slots } = chunk;
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = await context.tablesOf(owner, replica, { fresh: true });
  const followed = tables.filter(({ isQueue }) => !isQueue);
  const queues = tables.filter(({ isQueue }) => isQueue);
  for (const shard of [owner, replica]) {
    await installWriteFences(shard, tables);
    await installCapture(shard, followed);
  }
  const touched = await compareAhead(context, { owner, replica, tables: followed, slots });
  for (const queue of queues) await refuseLongQueue(owner, queue, slots);
  const epoch = await recordSwitch(context, chunk);
  context.reached('switch-recorded');
  const switching = { context, chunk, owner, replica, followed, queues, touched, epoch };
  const { idTimes, lockedAt } = await changeHands(switching);
  await publishSwitch(context, { chunk, epoch, idTimes, pauseMs: performance.now() - lockedAt });
  context.reached('switch-published');
}

async function changeHands(switching: Switching): Promise<{ idTimes: number[]; lockedAt: number }> {
  const { context, chunk, owner, replica, followed, epoch } = switching;
  const leaving = await owner.begin();
  const lockedAt = performance.now();
  let taking: OpenTransaction | undefined;
  let idTimes: number[];
  try {
    await lockOwned(leaving, switching);
    context.reached('switch-locked');
    await bringTheRest(leaving, switching);
    idTimes = await latestIdTimes(leaving, followed, chunk.slots);
    taking = await replica.begin();
    await Promise.all([takeSlots(taking, chunk.slots, epoch), letGo(leaving, switching)]);
  } catch (error) {
    await taking?.rollback();
    await leaving.rollback();
    await context.store.gaveUpSwitch(chunk, performance.now() - lockedAt);
    throw explained(error, owner);
  }
  await commitBoth(context, leaving, taking);
  return { idTimes, lockedAt };
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

async function lockOwned(leaving: Sql, { chunk: { slots }, owner }: Switching): Promise<void> {
  await lockSlots(leaving, owner.name, slots, 'exclusive');
  if (await ownsSlots(leaving, slots)) return;
  throw new ReshardingError('owns-slots', `${owner.name} does not own the slots that it should leave`);
}

/** Afterwards the replica has everything, and has been compared with the owner: rows that did not change, before the lock. */
async function bringTheRest(leaving: Sql, switching: Switching): Promise<void> {
  const { context, chunk, owner, replica, followed, queues, touched } = switching;
  const { slots } = chunk;
  const changes = await readChanges({ owner: leaving, tables: followed, slots, limit: MOST_CHANGES + 1 });
  if (changes.notes.length > MOST_CHANGES) {
    throw new ReshardingError(
      'too-many-changes',
      `more than ${MOST_CHANGES} rows changed in the moment between the comparison and the lock`,
      { retryable: true },
    );
  }
  touched.add(changes.notes);
  await replica.transaction(async (sql) => {
    await applyChanges(sql, changes);
    for (const queue of queues) await handOverQueue(leaving, sql, queue, slots);
  });
  context.reached('switch-caught-up');
  const wanted = [
    ...followed.map((table) => ({ table, keys: touched })),
    ...queues.map((table) => ({ table })),
  ];
  const [ours, theirs] = await Promise.all([tally(leaving, wanted, slots), tally(replica, wanted, slots)]);
  refuseDifferences(differencesOf(ours, theirs), owner.name, replica.name);
  context.reached('switch-verified');
}

async function letGo(leaving: Sql, { chunk, queues, epoch }: Switching): Promise<void> {
  await leaveSlots(leaving, chunk.slots, epoch);
  for (const queue of queues) await discardQueue(leaving, queue, chunk.slots);
}

function explained(error: unknown, owner: ShardLink): unknown {
  if ((error as { code?: string }).code !== '57014') return error;
  return new ReshardingError('owner-busy', `${owner.name} is too slow to be left while writers wait`, {
    retryable: true,
    cause: error,
  });
}
