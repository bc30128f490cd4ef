import { type IncomingEvent } from '../events/incoming-event.ts';
import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { inTransaction } from '../sql/in-transaction.ts';
import { type SqlSession, type Transactions } from '../sql/sql-session.ts';

export type InboxOutcome = 'processed' | 'duplicate';

/**
 * Has an event's effect on a database exactly once: the inbox row and the effect are one transaction. The row is inserted
 * first and never looked up before, so of two concurrent deliveries the second waits for the first one's commit and then
 * finds the row, or has the effect itself where the first one failed.
 *
 * An event that comes with a claim of its partition (see PartitionFence) has its effect only as long as the claim holds.
 *
 * @param consumer names the effect: one event may have several, each under its own name
 * @param slot of what the effect changes, where slots move between databases: the inbox row moves with it
 * @throws {StaleClaimError} when somebody else has claimed the partition since
 */
export function onceInInbox(
  transactions: Transactions,
  consumer: string,
  event: Pick<IncomingEvent<unknown>, 'id' | 'claim'>,
  effect: (session: SqlSession) => Promise<void>,
  slot = 0,
): Promise<InboxOutcome> {
  return inTransaction(transactions, async (session) => {
    if (!(await isNew(session, consumer, event, slot))) return 'duplicate';
    await effect(session);
    return 'processed';
  });
}

async function isNew(
  session: SqlSession,
  consumer: string,
  { id, claim }: Pick<IncomingEvent<unknown>, 'id' | 'claim'>,
  slot: number,
): Promise<boolean> {
  if (claim === undefined) {
    const inserted = await session.query<unknown[]>(
      'insert into inbox (slot, consumer, event_id) values ($1, $2, $3) on conflict do nothing returning event_id',
      [slot, consumer, id],
    );
    return inserted.length > 0;
  }
  // The lock outlasts the statement: whoever claims the partition waits for the end of this transaction.
  const [row] = await session.query<{ holds: boolean; fresh: boolean }[]>(
    `with claim as materialized (
       select from consumed_partitions
       where consumer_group = $4 and topic = $5 and partition = $6 and epoch = $7 for key share
     ), inserted as (
       insert into inbox (slot, consumer, event_id) select $1, $2, $3 from claim on conflict do nothing returning 1
     )
     select exists (select from claim) as holds, exists (select from inserted) as fresh`,
    [slot, consumer, id, claim.group, claim.topic, claim.partition, claim.epoch],
  );
  if (row?.holds !== true) throw new StaleClaimError(claim);
  return row.fresh;
}
