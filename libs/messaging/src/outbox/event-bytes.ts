import { encodeEvent } from '../events/cloud-event.codec.ts';
import { bytesOf } from '../kafka/message-bytes.ts';
import { type OutboxEvent } from './append-to-outbox.ts';

/** An event's id and time have the same length as any other's; the source is the relay's and not known here. */
const SAMPLE = { id: '00000000-0000-0000-0000-000000000000', time: new Date(0), source: 'x'.repeat(100) };

/** The bytes of the message that the relay makes of an event, rounded up. `json`: its data. */
export function messageBytesOf({ type, key, traceparent, headers }: OutboxEvent, json: string): number {
  const message = encodeEvent({ ...SAMPLE, type: type.type, key, json, traceparent });
  return bytesOf({ ...message, headers: { ...message.headers, ...headers } }) + spacesIn(json);
}

/** The outbox keeps the data as `jsonb`, whose text has a space after each comma and colon. */
function spacesIn(json: string): number {
  return json.match(/[,:]/g)?.length ?? 0;
}
