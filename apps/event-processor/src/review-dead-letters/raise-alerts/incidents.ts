import { type SqlSession } from '@groundwork/messaging';

/** Dead letters without an event type share one incident. */
const typeOf = (eventType: string | null) => eventType ?? 'unknown';

/**
 * Opens the incident of a type unless it is open, in the transaction that stores a dead letter of the type. The update
 * changes nothing and only takes a lock. A concurrent transaction that resolves the incident either sees the dead letter, or
 * commits first and this one opens another incident.
 */
export async function openIncident(session: SqlSession, eventType: string | null): Promise<void> {
  await session.query(
    `with opened as (
       insert into incidents (event_type) values ($1)
       on conflict (event_type) where resolved_at is null do update set event_type = excluded.event_type
       returning id, event_type, opened_at, xmax = 0 as is_new
     )
     insert into alerts (body)
     select jsonb_build_object('alert', 'opened', 'incident', id, 'eventType', event_type, 'at', opened_at)
     from opened where is_new`,
    [typeOf(eventType)],
  );
}

/** Resolves the incidents of types without open dead letters, in the transaction that decided about the last ones. */
export async function resolveIncidents(
  session: SqlSession,
  eventTypes: Iterable<string | null>,
): Promise<void> {
  for (const eventType of [...new Set([...eventTypes].map(typeOf))].sort()) {
    // Locks first and reads in the next statement: only its snapshot contains a dead letter whose transaction held the lock.
    await session.query('select 1 from incidents where event_type = $1 and resolved_at is null for update', [
      eventType,
    ]);
    await session.query(
      `with resolved as (
         update incidents set resolved_at = now()
         where event_type = $1 and resolved_at is null and not exists (
           select 1 from dead_letters where status = 'open' and coalesce(event_type, 'unknown') = $1)
         returning id, event_type, resolved_at
       )
       insert into alerts (body)
       select jsonb_build_object('alert', 'resolved', 'incident', id, 'eventType', event_type, 'at', resolved_at)
       from resolved`,
      [eventType],
    );
  }
}
