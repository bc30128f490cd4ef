import { replicaOf } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { SLOT_LOCK_CLASS } from '../slot-tables.ts';
import { catchUp } from './catch-up.ts';
import { type Chunk } from './chunk-store.ts';
import { compare, type Difference, inWords } from './compare.ts';
import { type MoverContext } from './mover-context.ts';
import { type ShardLink } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';

const LOCK_MS = 150;

/**
 * Compares both sides while they are written to. Where they seem to differ, which may be a change that has not been brought
 * over yet, the one slot is locked, caught up and compared again: then it counts.
 */
export async function verifyChunk(context: MoverContext, chunk: Chunk): Promise<void> {
  const owner = await context.shard(chunk.owner);
  const replica = await context.shard(replicaOf(chunk));
  const tables = (await context.tablesOf(owner, replica, { fresh: true })).filter(({ isQueue }) => !isQueue);
  const suspects = await compare(owner, replica, tables, chunk.slots);
  const differences: Difference[] = [];
  for (const slot of new Set(suspects.map((suspect) => suspect.slot))) {
    differences.push(...(await compareLocked(context, owner, replica, tables, slot)));
  }
  const fault = differences.length === 0 ? null : inWords(differences, owner.name, replica.name);
  await context.store.verified(chunk, fault);
}

async function compareLocked(
  { reached }: MoverContext,
  owner: ShardLink,
  replica: ShardLink,
  tables: readonly ShardedTable[],
  slot: number,
): Promise<Difference[]> {
  try {
    return await owner.transaction(async (sql) => {
      await sql.query(`set local statement_timeout = ${LOCK_MS}`);
      await sql.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, $1)`, [slot]);
      await sql.query('set local statement_timeout = 2000');
      while ((await catchUp({ owner: sql, replica, tables, slots: [slot], limit: 1_000, reached })) > 0);
      return compare(sql, replica, tables, [slot]);
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    throw new ReshardingError('owner-busy', `slot ${slot} is locked for longer than ${LOCK_MS} ms`, {
      retryable: true,
      cause: error,
    });
  }
}
