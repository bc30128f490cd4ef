import { inTransaction } from '../sql/in-transaction.ts';
import { type Transactions } from '../sql/sql-session.ts';

export interface ConsumedEvents {
  readonly olderThanMs: number;
  /** Rows deleted in one transaction. */
  readonly limit: number;
  /** An SQL condition on rows of `inbox` that are kept regardless of their age. Default: none. */
  readonly kept?: string;
}

/**
 * Deletes the inbox rows of old events. An event that is redelivered after that has its effect again, so the rows must be
 * older than any event that a topic still keeps. For databases whose slots do not move. May be called concurrently.
 *
 * @returns the number of deleted rows; fewer than the limit when there are no more
 */
export async function forgetConsumedEvents(
  transactions: Transactions,
  { olderThanMs, limit, kept = 'false' }: ConsumedEvents,
): Promise<number> {
  const [forgotten] = await inTransaction(transactions, (session) =>
    // Skips rows that another caller is deleting.
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
