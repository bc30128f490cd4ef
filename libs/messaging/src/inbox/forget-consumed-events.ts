import { inTransaction } from '../sql/in-transaction.ts';
import { type Transactions } from '../sql/sql-session.ts';

export interface ConsumedEvents {
  readonly olderThanMs: number;
  /** Rows deleted in one transaction. */
  readonly limit: number;
  /** A condition in SQL on a row of `inbox`: which are kept all the same. Default: none. */
  readonly kept?: string;
}

/**
 * Forgets that old events were consumed: one that is delivered again later has its effect again, so they are to be older than
 * anything that a topic still keeps. For databases whose slots do not move; several may do it at once.
 *
 * @returns how many were forgotten; fewer than the limit when there are no more
 */
export async function forgetConsumedEvents(
  transactions: Transactions,
  { olderThanMs, limit, kept = 'false' }: ConsumedEvents,
): Promise<number> {
  const [forgotten] = await inTransaction(transactions, (session) =>
    // Rows that somebody else forgets at the moment are left to him.
    session.query<{ rows: number }[]>(
      `with expired as (
         select slot, consumer, event_id from inbox
         where processed_at < now() - $1 * interval '1 millisecond' and not (${kept})
         order by processed_at limit $2 for update skip locked
       ), forgotten as (
         delete from inbox using expired
         where inbox.slot = expired.slot and inbox.consumer = expired.consumer
           and inbox.event_id = expired.event_id
         returning 1
       )
       select count(*)::int as rows from forgotten`,
      [olderThanMs, limit],
    ),
  );
  return forgotten?.rows ?? 0;
}
