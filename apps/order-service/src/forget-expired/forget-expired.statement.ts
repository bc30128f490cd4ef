import { type FenceOutcome, SLOT_IS_OWNED_SQL } from '@groundwork/sharding/postgres';
import { type EntityManager } from 'typeorm';

/** What is remembered for a time. `slot` and `since` are SQL over a row. */
const EXPIRING = {
  idempotency_keys: { slot: 'slot_of(customer_id)', since: 'created_at' },
  inbox: { slot: 'slot', since: 'processed_at' },
} as const;

export type ExpiringTable = keyof typeof EXPIRING;

export interface Expired {
  readonly table: ExpiringTable;
  readonly olderThanMs: number;
  /** Rows at once: their slots stand still for those who want to move them meanwhile. */
  readonly limit: number;
}

/**
 * Deletes rows that are older than they need be, of slots that this shard owns: a copy of somebody else's must stay what its
 * owner has. Slots that are being switched are left for another time. To be run in a transaction.
 *
 * @returns how many were deleted; fewer than the limit when there are no more
 */
export async function forgetExpired(
  manager: EntityManager,
  { table, olderThanMs, limit }: Expired,
): Promise<number> {
  const { slot, since } = EXPIRING[table];
  const isExpired = `${since} < now() - $1 * interval '1 millisecond'`;
  const [found] = await manager.query<{ slots: number[]; epochs: string[] }[]>(
    `select coalesce(array_agg(slot order by slot), '{}') as slots, coalesce(array_agg(epoch order by slot), '{}') as epochs
     from slot_ownership where slot in (
       select slot from (select ${slot} as slot from ${table} where ${isExpired} order by ${since}) as expired
       where ${SLOT_IS_OWNED_SQL} limit $2)`,
    [olderThanMs, limit],
  );
  const { slots = [], epochs = [] } = found ?? {};
  const [fences] = await manager.query<{ outcomes: FenceOutcome[] }[]>(
    'select try_fence_slots($1, $2) as outcomes',
    [slots, epochs],
  );
  const fenced = slots.filter((_, n) => fences?.outcomes[n] === 'fenced');
  const [deleted] = await manager.query<{ rows: number }[]>(
    `with forgotten as (
       delete from ${table} where ctid = any(array(
         select ctid from ${table} where ${isExpired} and ${slot} = any($3) order by ${since} limit $2))
       returning 1
     )
     select count(*)::int as rows from forgotten`,
    [olderThanMs, limit, fenced],
  );
  return deleted?.rows ?? 0;
}
