import { encodeEvent } from '../events/cloud-event.codec.ts';
import { type OutgoingMessage } from '../kafka/outgoing-message.ts';

/** A row of the outbox as the relay reads it. */
export interface OutboxRow {
  /** A 64-bit decimal. */
  readonly position: string;
  readonly event_id: string;
  readonly slot: number;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly json: string;
  readonly traceparent: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly occurred_at: Date;
}

export function messageOf(row: OutboxRow, source: string): OutgoingMessage {
  const encoded = encodeEvent({
    id: row.event_id,
    type: row.type,
    source,
    time: row.occurred_at,
    key: row.key,
    json: row.json,
    traceparent: row.traceparent ?? undefined,
  });
  return { topic: row.topic, slot: row.slot, ...encoded, headers: { ...encoded.headers, ...row.headers } };
}
