import { type EventBatch } from '../events/event-batch.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { inTransaction } from '../sql/in-transaction.ts';
import { type SqlSession, type Transactions } from '../sql/sql-session.ts';

/**
 * Runs the effects of a batch of events exactly once. The inbox rows, the changes of the effect and the next offset of the
 * partition are one transaction. On failure it is rolled back, and the handler receives the batch again, event by event. For
 * databases whose slots do not move.
 *
 * @param effect receives the events without an effect so far, in order, each once; it is not called when there are none
 * @throws {StaleClaimError} when another member has claimed the partition since
 */
export function batchOnceInInbox<Data>(
  transactions: Transactions,
  consumer: string,
  batch: EventBatch<Data>,
  effect: (session: SqlSession, events: readonly IncomingEvent<Data>[]) => Promise<void>,
): Promise<void> {
  const { events } = batch;
  return inTransaction(transactions, async (session) => {
    const had = await noteInInbox(session, consumer, batch);
    // An event that is in the batch twice has its effect at its first occurrence.
    const fresh = events.filter(({ id }) => !had.has(id) && had.add(id));
    if (fresh.length > 0) await effect(session, fresh);
  });
}

/** @returns the ids that were in the inbox before: usually few, while the new ones are nearly all */
async function noteInInbox(
  session: SqlSession,
  consumer: string,
  { events, claim, nextOffset }: EventBatch<unknown>,
): Promise<Set<string>> {
  const ids = events.map(({ id }) => id);
  if (claim === undefined) {
    const had = await session.query<{ id: string }[]>(
      `with inserted as (
         insert into inbox (consumer, event_id) select $1, id from unnest($2::text[]) as id order by id
         on conflict do nothing returning event_id
       )
       select id from unnest($2::text[]) as id except select event_id from inserted`,
      [consumer, ids],
    );
    return new Set(had.map(({ id }) => id));
  }
  const [row] = await session.query<{ holds: boolean; had: string[] }[]>(
    `with claim as (
       update consumed_partitions set next_offset = greatest(next_offset, $7)
       where consumer_group = $3 and topic = $4 and partition = $5 and epoch = $6 returning 1
     ), inserted as (
       insert into inbox (consumer, event_id)
       select $1, id from unnest($2::text[]) as id where exists (select from claim) order by id
       on conflict do nothing returning event_id
     )
     select exists (select from claim) as holds,
            array(select id from unnest($2::text[]) as id except select event_id from inserted) as had`,
    [consumer, ids, claim.group, claim.topic, claim.partition, claim.epoch, nextOffset?.toString() ?? null],
  );
  if (row?.holds !== true) throw new StaleClaimError(claim);
  return new Set(row.had);
}
