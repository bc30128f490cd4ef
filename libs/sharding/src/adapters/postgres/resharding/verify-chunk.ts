import { replicaOf } from '../../../resharding/chunk.ts';
import { installCapture } from './capture.ts';
import { type Chunk } from './chunk-store.ts';
import { compareMeanwhile } from './compare-meanwhile.ts';
import { inWords } from './difference.ts';
import { type MoverContext } from './mover-context.ts';

/** Compares both sides while the owner serves writes. Changes in flight are left out here and compared at the switch. */
export async function verifyChunk(context: MoverContext, chunk: Chunk): Promise<void> {
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = await context.tablesOf(owner, replica, { fresh: true });
  await installCapture(owner, tables);
  const followed = tables.filter(({ isQueue }) => !isQueue);
  const { differences } = await compareMeanwhile({ owner, replica, tables: followed, slots: chunk.slots });
  const fault = differences.length === 0 ? null : inWords(differences, owner.name, replica.name);
  await context.store.verified(chunk, fault);
}
