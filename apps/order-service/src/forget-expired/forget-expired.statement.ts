import { type FenceOutcome, SLOT_IS_OWNED_SQL } from '@groundwork/sharding/postgres';
import { type EntityManager } from 'typeorm';

/** The tables with a retention. `slot` and `since` are SQL expressions over a row. */
const EXPIRING = {
  idempotency_keys: { slot: 'slot_of(customer_id)', since: 'created_at' },
  inbox: { slot: 'slot', since: 'processed_at' },
} as const;

export type ExpiringTable = keyof typeof EXPIRING;

export interface Expired {
  readonly table: ExpiringTable;
  readonly olderThanMs: number;
  /** Maximum number of rows per transaction: the mover cannot switch their slots meanwhile. */
  readonly limit: number;
}

/**
 * Deletes expired rows of slots that this shard owns: a copy of another shard's slot must stay equal to the rows of its
 * owner. Slots that are being switched are skipped until a later run. Must run in a transaction.
 *
 * @returns the number of deleted rows; fewer than the limit when no more are left
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
