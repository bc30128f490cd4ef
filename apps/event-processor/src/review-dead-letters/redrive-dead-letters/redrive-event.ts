import {
  EVENT_TYPES,
  type EventType,
  RETRYING_GROUPS,
  retryTopicsOf,
  type Topic,
} from '@groundwork/contracts';
import { CAUSATION_ID, PAYLOAD_BYTES, PAYLOAD_ENCODING, REDRIVE_OF } from '@groundwork/dlq';
import { type OutboxEvent } from '@groundwork/messaging';
import { SLOT_COUNT } from '@groundwork/sharding';
import { type DeadLetterRow } from '../letters/dead-letter-row.ts';
import { refusals } from '../letters/review-refusals.ts';
import { storable } from '../letters/storable.ts';

/** The headers that identify an event. An event with an edited payload is a new event without them. */
const IDENTITY = new Set(['ce_id', 'ce_source', 'ce_time']);
const NOTES = new Set([PAYLOAD_BYTES, PAYLOAD_ENCODING]);

/** The JSON escapes of U+0000 and of halves of surrogate pairs, which jsonb cannot store. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const EXPECTED =
  'expected text without U+0000 and unpaired surrogates, and values that are not nested too deep';

/**
 * Returns the event of a dead letter, addressed only to the consumer that gave up on it, because other consumers have
 * handled it. An unchanged event keeps its id, so the inbox makes duplicates harmless. An edited event is a new event that
 * refers to the original one as its cause.
 *
 * @throws {ProblemError} `consumer-without-redrive`, `letter-without-event`, `payload-incomplete`, `invalid-event-data`
 */
export function redriveEventOf(
  letter: DeadLetterRow,
  edited?: Readonly<Record<string, unknown>>,
): OutboxEvent {
  const topic = redriveTopicOf(letter.consumer);
  const type = EVENT_TYPES.find((known) => known.type === letter.event_type);
  if (type === undefined || letter.key === null || letter.event_id === null)
    throw refusals.noEvent(letter.id);
  // Headers do not carry the data of the event, so a header that cannot be stored unchanged does not prevent the redrive.
  const kept = Object.entries(letter.headers)
    .filter(([name]) => !NOTES.has(name) && (edited === undefined || !IDENTITY.has(name)))
    .map(([name, value]) => [storable(name), storable(value)] as const);
  return {
    type: { ...type, topic: topic.name },
    key: letter.key,
    // The first slot of the partition: an event keeps its partition on every topic of its group.
    slot: Math.ceil(((letter.partition % topic.partitions) * SLOT_COUNT) / topic.partitions),
    data: edited === undefined ? wholeData(letter) : validData(type, edited),
    headers: {
      ...Object.fromEntries(kept),
      ...(edited !== undefined && { [CAUSATION_ID]: letter.event_id }),
      [REDRIVE_OF]: letter.id,
    },
  };
}

function redriveTopicOf(consumer: string): Topic {
  const group = RETRYING_GROUPS.find((retrying) => retrying === consumer);
  if (group === undefined) throw refusals.noRedrive(consumer);
  return retryTopicsOf(group, []).redrive;
}

function wholeData(letter: DeadLetterRow): unknown {
  const isWhole = Object.keys(letter.headers).every((name) => !NOTES.has(name));
  const data = isWhole && letter.payload !== null ? parsed(letter.payload) : undefined;
  if (data === undefined || !isStorable(data)) throw refusals.incomplete(letter.id);
  return data;
}

function validData(type: EventType<unknown>, edited: Readonly<Record<string, unknown>>): unknown {
  const result = type.data.safeParse(edited);
  if (!result.success) {
    const errors = result.error.issues.map(({ path, message }) => ({
      pointer: ['/payload', ...path.map(String)].join('/'),
      detail: message,
    }));
    throw refusals.invalidData(type.type, errors);
  }
  if (!isStorable(edited)) throw refusals.invalidData(type.type, [{ pointer: '/payload', detail: EXPECTED }]);
  return edited;
}

function isStorable(data: unknown): boolean {
  try {
    return !UNSTORABLE.test(JSON.stringify(data));
  } catch {
    // Nested too deep for the stack, and for the database.
    return false;
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
