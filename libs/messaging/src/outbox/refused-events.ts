import { type SqlSession } from '../sql/sql-session.ts';

/** An event that the broker rejected, e.g. as too large. It is set aside in the outbox. */
export interface RefusedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly topic: string;
  readonly key: string;
  /** Size of its data as JSON. */
  readonly dataBytes: number;
  readonly refusedAt: Date;
  /** The broker's name for the reason, e.g. `MESSAGE_TOO_LARGE`. */
  readonly refusal: string;
}

/** Lists the events that the broker rejected, oldest first. */
export function listRefusedEvents(session: SqlSession, limit = 100): Promise<readonly RefusedEvent[]> {
  return session.query(
    `select event_id as "eventId", type, topic, key, octet_length(data::text) as "dataBytes", refused_at as "refusedAt", refusal
     from outbox where refused_at is not null order by position limit $1`,
    [limit],
  );
}

/**
 * Requeues rejected events, once their topic accepts them. The relay publishes them with its next batch, after the events of
 * their keys that it has published meanwhile.
 *
 * @returns the number of requeued events
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
