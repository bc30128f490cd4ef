import { type IncomingEvent } from '../events/incoming-event.ts';
import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { inTransaction } from '../sql/in-transaction.ts';
import { type SqlSession, type Transactions } from '../sql/sql-session.ts';

export type InboxOutcome = 'processed' | 'duplicate';

/**
 * Runs an event's effect on a database exactly once: the inbox row and the effect are one transaction. The row is inserted
 * first, without a lookup. So the second of two concurrent deliveries waits for the commit of the first one and then finds
 * the row, or runs the effect itself if the first one failed.
 *
 * An event with a claim of its partition (see PartitionFence) has its effect only while the claim is current.
 *
 * @param consumer names the effect: one event may have several, each under its own name
 * @param slot the slot of the changed data, where slots move between databases: the inbox row moves with it
 * @throws {StaleClaimError} when another member has claimed the partition since
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
  // The lock is held until the end of this transaction: a new claim of the partition waits for it.
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
