import { encodeEvent } from '../events/cloud-event.codec.ts';
import { bytesOf } from '../kafka/message-bytes.ts';
import { type OutboxEvent } from './append-to-outbox.ts';

/** The id and the time of every event have this length. The source belongs to the relay and is not known here. */
const SAMPLE = { id: '00000000-0000-0000-0000-000000000000', time: new Date(0), source: 'x'.repeat(100) };

/** Returns the bytes of the message that the relay makes of an event, rounded up. @param json the event's data */
export function messageBytesOf({ type, key, traceparent, headers }: OutboxEvent, json: string): number {
  const message = encodeEvent({ ...SAMPLE, type: type.type, key, json, traceparent });
  return bytesOf({ ...message, headers: { ...message.headers, ...headers } }) + spacesIn(json);
}

/** Counts the spaces that the outbox adds: it stores the data as `jsonb`, whose text has one after each comma and colon. */
function spacesIn(json: string): number {
  return json.match(/[,:]/g)?.length ?? 0;
}
