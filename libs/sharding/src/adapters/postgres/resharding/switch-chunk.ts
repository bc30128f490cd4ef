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

/** If more rows than this change between the last comparison and the lock, the switch is rolled back and retried. */
const MOST_CHANGES = 2_000;

interface Switching {
  readonly context: MoverContext;
  readonly chunk: Chunk;
  readonly owner: ShardLink;
  readonly replica: ShardLink;
  readonly followed: readonly ShardedTable[];
  readonly queues: readonly ShardedTable[];
  /** The keys of rows that changed since the last comparison. */
  readonly touched: RowKeys;
  readonly epoch: string;
}

/**
 * following → switching → following, with owner and replica in exchanged roles:
 *
 *     compare ─▶ directory: switching, epoch ─▶ owner: lock, catch up, let go ─▶ replica: take over ─▶ directory: publish
 *
 * The slow part, the comparison of all rows, runs before the lock. Under the lock only rows that changed since then are
 * compared, so the pause does not grow with the size of the slots. Until the owner has let go, a failure is rolled back
 * completely. After that, the only way is forward (`finishSwitch`). The replica's transaction is ready before the owner's is
 * committed, so the time between the two is that of two commits.
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

/** After a failure here, the outcome is unknown: the chunk stays in `switching`, and `finishSwitch` examines it again. */
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
  throw new ReshardingError(
    'owns-slots',
    `${owner.name} does not own the slots of the chunk, so they cannot be switched`,
  );
}

/** Applies the remaining changes and compares them. Afterwards the replica has all rows, and all of them are compared. */
async function bringTheRest(leaving: Sql, switching: Switching): Promise<void> {
  const { context, chunk, owner, replica, followed, queues, touched } = switching;
  const { slots } = chunk;
  const changes = await readChanges({ owner: leaving, tables: followed, slots, limit: MOST_CHANGES + 1 });
  if (changes.notes.length > MOST_CHANGES) {
    throw new ReshardingError(
      'too-many-changes',
      `more than ${MOST_CHANGES} rows changed between the comparison and the lock; the mover retries`,
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
  return new ReshardingError(
    'owner-busy',
    `${owner.name} took too long while writers waited; the switch was rolled back, and the mover retries`,
    {
      retryable: true,
      cause: error,
    },
  );
}
