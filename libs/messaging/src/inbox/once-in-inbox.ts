import { type IncomingEvent } from '../events/incoming-event.ts';
import { inTransaction } from '../sql/in-transaction.ts';
import { type SqlSession, type Transactions } from '../sql/sql-session.ts';

export type InboxOutcome = 'processed' | 'duplicate';

/**
 * Has an event's effect on a database exactly once: the inbox row and the effect are one transaction. The row is inserted
 * first and never looked up before, so of two concurrent deliveries the second waits for the first one's commit and then
 * finds the row, or has the effect itself where the first one failed.
 *
 * @param consumer names the effect: one event may have several, each under its own name
 * @param slot of what the effect changes, where slots move between databases: the inbox row moves with it
 */
export function onceInInbox(
  transactions: Transactions,
  consumer: string,
  event: Pick<IncomingEvent<unknown>, 'id'>,
  effect: (session: SqlSession) => Promise<void>,
  slot = 0,
): Promise<InboxOutcome> {
  return inTransaction(transactions, async (session) => {
    const inserted = await session.query<unknown[]>(
      'insert into inbox (slot, consumer, event_id) values ($1, $2, $3) on conflict do nothing returning event_id',
      [slot, consumer, event.id],
    );
    if (inserted.length === 0) return 'duplicate';
    await effect(session);
    return 'processed';
  });
}
