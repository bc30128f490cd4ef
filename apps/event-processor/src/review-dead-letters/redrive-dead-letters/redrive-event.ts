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

/** What makes an event the event it is; one with another payload is another event. */
const IDENTITY = new Set(['ce_id', 'ce_source', 'ce_time']);
const NOTES = new Set([PAYLOAD_BYTES, PAYLOAD_ENCODING]);

/** U+0000 and halves of surrogate pairs, as JSON escapes them: jsonb holds neither. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const EXPECTED = 'expected no U+0000 and no half of a surrogate pair, and nothing that is nested too deep';

/**
 * The event of a letter on its way to the consumer that gave up on it: others have had it. As it was it keeps its id, so
 * that the inbox makes one effect of however many copies. With another payload it is an event of its own, which names the
 * one it comes from.
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
  // A header is not what the event is about: one that cannot be kept as it is keeps it from nobody.
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
    // Deeper than a stack, and than a database would take it.
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
