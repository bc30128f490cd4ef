import { replicaOf } from '../../../resharding/chunk.ts';
import { latestIdTimes } from '../latest-id-times.ts';
import { type Chunk } from './chunk-store.ts';
import { type MoverContext } from './mover-context.ts';
import { lockSlots, ownsSlots, takeSlots } from './slot-ownership.ts';
import { publishSwitch, recordSwitch } from './switch-records.ts';

/**
 * switching → following without the replica, which is permanently lost. An owner that has let go takes the slots back at a
 * later epoch. It has all of their rows, because no other owner was ever published. Rows of queues that were handed over are
 * lost.
 */
export async function giveBack(context: MoverContext, chunk: Chunk): Promise<void> {
  const owner = await context.shard(chunk.owner);
  const epoch = await recordSwitch(context, chunk);
  const hadLetGo = await owner.transaction(async (sql) => {
    await lockSlots(sql, owner.name, chunk.slots, 'shared');
    if (await ownsSlots(sql, chunk.slots)) return false;
    await takeSlots(sql, chunk.slots, epoch);
    return true;
  });
  if (!hadLetGo) {
    await context.store.become(chunk, 'following', 'epoch = null');
    return;
  }
  const idTimes = await latestIdTimes(owner, await context.catalogOf(owner, true), chunk.slots);
  const backwards = { ...chunk, owner: replicaOf(chunk) };
  await publishSwitch(context, { chunk: backwards, epoch, idTimes, pauseMs: undefined });
}
