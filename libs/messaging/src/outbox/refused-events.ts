import { type SqlSession } from '../sql/sql-session.ts';

/** An event that the broker refused, e.g. as too large: it is in the outbox, set aside. */
export interface RefusedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly topic: string;
  readonly key: string;
  /** Of its data as JSON. */
  readonly dataBytes: number;
  readonly refusedAt: Date;
  /** The broker's name for the reason, e.g. `MESSAGE_TOO_LARGE`. */
  readonly refusal: string;
}

/** The events that the broker refused, oldest first. */
export function listRefusedEvents(session: SqlSession, limit = 100): Promise<readonly RefusedEvent[]> {
  return session.query(
    `select event_id as "eventId", type, topic, key, octet_length(data::text) as "dataBytes", refused_at as "refusedAt", refusal
     from outbox where refused_at is not null order by position limit $1`,
    [limit],
  );
}

/**
 * Queues refused events again, once their topic takes them: the relay publishes them with its next batch, after the events of
 * their keys that have left meanwhile.
 *
 * @returns how many there were
 */
export async function requeueRefusedEvents(
  session: SqlSession,
  eventIds: readonly string[],
): Promise<number> {
  const [requeued] = await session.query<[{ events: number }]>(
    `with requeued as (
       update outbox set refused_at = null, refusal = null where event_id = any($1::uuid[]) and refused_at is not null returning 1
     )
     select count(*)::int as events from requeued`,
    [eventIds],
  );
  return requeued.events;
}
