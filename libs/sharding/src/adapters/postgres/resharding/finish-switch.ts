import { replicaOf } from '../../../resharding/chunk.ts';
import { latestIdTimes } from '../latest-id-times.ts';
import { type Chunk } from './chunk-store.ts';
import { type MoverContext } from './mover-context.ts';
import { type ShardLink } from './shard-link.ts';
import { leaveSlots, lockSlots, ownsSlots, takeSlots } from './slot-ownership.ts';
import { isNextEpoch, publishSwitch, recordSwitch } from './switch-records.ts';

/**
 * switching → following, after a mover that ended during the switch. The owner of the slots shows how far the switch came:
 *
 * - The new owner has them: only the directory has to be updated. The old owner is not needed.
 * - The old owner has them: the chunk follows again, and the switch starts again.
 * - No shard has them: the old owner has let go, and the new one, which has every row, takes the slots. Only the old owner
 * can
 *   tell this, because its commit decides. If its database is unreachable, the slots wait for it.
 *
 * In none of these cases are rows copied, so it does not matter whether both sides still have the same tables.
 */
export async function finishSwitch(context: MoverContext, chunk: Chunk): Promise<void> {
  const replica = await context.shard(replicaOf(chunk));
  if ((await isTaken(replica, chunk)) && (await isNextEpoch(context, chunk.epoch!))) {
    await publish(context, chunk, replica, chunk.epoch!);
    return;
  }
  const owner = await context.shard(chunk.owner);
  const epoch = await recordSwitch(context, chunk);
  if (!(await hasLetGo(owner, chunk, epoch))) {
    await context.store.become(chunk, 'following', 'epoch = null');
    return;
  }
  await replica.transaction((sql) => takeSlots(sql, chunk.slots, epoch));
  context.reached('switch-taken');
  await publish(context, chunk, replica, epoch);
}

async function isTaken(replica: ShardLink, { slots, epoch }: Chunk): Promise<boolean> {
  const rows = await replica.query(
    'select slot from slot_ownership where slot = any($1::smallint[]) and epoch = $2',
    [slots, epoch],
  );
  return rows.length === slots.length;
}

/** An earlier connection of this mover may still be committing. The lock waits for that, so a shared lock is enough. */
async function hasLetGo(owner: ShardLink, { slots }: Chunk, epoch: string): Promise<boolean> {
  return owner.transaction(async (sql) => {
    await lockSlots(sql, owner.name, slots, 'shared');
    if (await ownsSlots(sql, slots)) return false;
    await leaveSlots(sql, slots, epoch);
    return true;
  });
}

async function publish(
  context: MoverContext,
  chunk: Chunk,
  replica: ShardLink,
  epoch: string,
): Promise<void> {
  const idTimes = await latestIdTimes(replica, await context.catalogOf(replica, true), chunk.slots);
  await publishSwitch(context, { chunk, epoch, idTimes, pauseMs: undefined });
  context.reached('switch-published');
}
