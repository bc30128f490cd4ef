import { z } from 'zod';
import { LetterId } from '../http/dead-letters.ts';
import { moment } from '../http/moment.ts';
import { storableText } from '../http/storable-text.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

/** Kafka limits the name of a topic to 249 characters. */
const name = storableText(255);

export const DeadLetteredData = z.object({
  id: LetterId,
  consumer: name,
  topic: name,
  partition: z.int32().min(0),
  offset: z.string().regex(/^\d{1,18}$/, 'expected an offset'),
  key: z.string().nullable(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable(),
  attempts: z.int32().min(0),
  error: z.object({ code: z.string(), message: z.string() }),
  /** Every failure, oldest first. Empty in dead letters that were published before this field existed. */
  errors: z
    .array(z.object({ at: z.iso.datetime(), code: z.string(), message: z.string(), attempt: z.int() }))
    .default([]),
  /** The dead letter whose redrive sent this event. */
  redriveOf: z.string().nullable().default(null),
  headers: z.record(z.string(), z.string()),
  payload: z.string().nullable(),
  failedAt: moment,
});
export type DeadLetteredData = z.infer<typeof DeadLetteredData>;

export const DeadLettered = {
  type: 'com.groundwork.dead-letter.v1',
  summary:
    'A consumer has given up on a message. Published by every consumer, stored for review by event-processor.',
  topic: Topics.deadLetters.name,
  data: DeadLetteredData,
} as const satisfies EventType<DeadLetteredData>;
