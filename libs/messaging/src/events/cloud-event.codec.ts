import { type EventType } from '@groundwork/contracts';
import { type Attempt } from '../consumer/running-attempts.ts';
import { DecodedEvent } from './decoded-event.ts';
import { textOf } from './header-text.ts';
import { type IncomingEvent } from './incoming-event.ts';
import { type KafkaRecord } from './kafka-record.ts';
import { type OutgoingEvent } from './outgoing-event.ts';
import { UndecodableError } from './undecodable.error.ts';

/** Encodes CloudEvents 1.0 in the binary mode of the Kafka binding: attributes are `ce_` headers, the data is the value. */
export function encodeEvent(event: OutgoingEvent): {
  key: string;
  value: string;
  headers: Record<string, string>;
} {
  return {
    key: event.key,
    value: event.json,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: event.source,
      ce_time: event.time.toISOString(),
      ce_subject: event.key,
      'content-type': 'application/json',
      ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    },
  };
}

/** Returns the `ce_type` of a message, without decoding the rest of it. */
export function eventTypeOf(record: KafkaRecord): string | undefined {
  return textOf(record.headers['ce_type']);
}

/**
 * Decodes a message as an event of the type. Drops unknown fields of the data: adding a field is a compatible change.
 *
 * @throws {UndecodableError} for a tombstone, missing attributes, malformed JSON, and data that does not match the type
 */
export function decodeEvent<Data>(
  record: KafkaRecord,
  eventType: EventType<Data>,
  attempt?: Attempt,
): IncomingEvent<Data> {
  if (record.value === null) throw new UndecodableError('tombstone', 'The message has no value');
  const { id, source } = attributesOf(record);
  const data = eventType.data.safeParse(parseJson(record.value));
  if (!data.success) {
    const faults = data.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ');
    throw new UndecodableError(
      'invalid-event-data',
      `The data does not match ${eventType.type}: ${faults}`,
      data.error,
    );
  }
  return new DecodedEvent(record, eventType.type, id, source, data.data, attempt);
}

function attributesOf({ headers }: KafkaRecord): { id: string; source: string } {
  const [id, source] = [textOf(headers['ce_id']), textOf(headers['ce_source'])];
  if (headers['ce_specversion'] === undefined || id === undefined || id === '' || source === undefined) {
    throw new UndecodableError(
      'not-a-cloud-event',
      'Expected the headers ce_specversion, ce_id and ce_source',
    );
  }
  return { id, source };
}

function parseJson(value: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw new UndecodableError('malformed-event-data', 'The value is not JSON', error);
  }
}
