import { randomUUID } from 'node:crypto';
import { type EventType } from '@groundwork/contracts';
import { EventTooLargeError } from './event-too-large.error.ts';
import { messageBytesOf } from './event-bytes.ts';
import { type SqlSession } from '../sql/sql-session.ts';

/** The channel on which a committed outbox row notifies the relay. */
export const OUTBOX_CHANNEL = 'outbox';

export interface OutboxEvent<Data = unknown> {
  /** A UUID. Default: a new one. */
  readonly id?: string | undefined;
  readonly type: EventType<Data>;
  readonly key: string;
  /** The key's slot, which decides the partition. */
  readonly slot: number;
  readonly data: Data;
  /** W3C Trace Context of the work that caused the event. */
  readonly traceparent?: string | undefined;
  /** Published in addition to the event's own headers; a header of the same name replaces the event's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The limit of a broker for a topic without a `max.message.bytes` of its own. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

export interface AppendOptions {
  /** Whether the commit wakes the relay by a notification. Default: true. */
  readonly notify?: boolean;
  /** The smallest `max.message.bytes` of the events' topics. Default: Kafka's own. */
  readonly maxMessageBytes?: number;
}

/**
 * Stores events in the session's transaction: they are published if and only if it commits, in the given order. The
 * notification is sent at the commit and is only a hint: the relay also polls. A prepared transaction must not notify.
 *
 * @throws {EventTooLargeError} for an event that exceeds `maxMessageBytes`: nothing is stored
 */
export async function appendToOutbox(
  session: SqlSession,
  events: readonly OutboxEvent[],
  { notify = true, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES }: AppendOptions = {},
): Promise<void> {
  if (events.length === 0) return;
  const jsons = events.map((event) => {
    const json = JSON.stringify(event.data);
    const bytes = messageBytesOf(event, json);
    if (bytes > maxMessageBytes) throw new EventTooLargeError(event, bytes, maxMessageBytes);
    return json;
  });
  await session.query(
    `with appended as (
       insert into outbox (event_id, slot, topic, key, type, data, traceparent, headers)
       select * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
         $8::jsonb[])
       returning 1
     )
     select ${notify ? `pg_notify('${OUTBOX_CHANNEL}', '')` : '1'} from appended limit 1`,
    [
      events.map(({ id }) => id ?? randomUUID()),
      events.map(({ slot }) => slot),
      events.map(({ type }) => type.topic),
      events.map(({ key }) => key),
      events.map(({ type }) => type.type),
      jsons,
      events.map(({ traceparent }) => traceparent ?? null),
      events.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
    ],
  );
}
