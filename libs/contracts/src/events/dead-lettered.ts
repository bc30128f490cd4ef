import { z } from 'zod';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const DeadLetteredData = z.object({
  id: z.string(),
  consumer: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  key: z.string().nullable(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable(),
  attempts: z.int(),
  error: z.object({ code: z.string(), message: z.string() }),
  /** Every failure, oldest first. Letters that were published before there were histories have none. */
  errors: z
    .array(z.object({ at: z.iso.datetime(), code: z.string(), message: z.string(), attempt: z.int() }))
    .default([]),
  /** The letter that the event was sent again from. */
  redriveOf: z.string().nullable().default(null),
  headers: z.record(z.string(), z.string()),
  payload: z.string().nullable(),
  failedAt: z.iso.datetime(),
});
export type DeadLetteredData = z.infer<typeof DeadLetteredData>;

export const DeadLettered = {
  type: 'com.groundwork.dead-letter.v1',
  summary:
    'A consumer has given up on a message. Published by every consumer, stored for review by event-processor.',
  topic: Topics.deadLetters.name,
  data: DeadLetteredData,
} as const satisfies EventType<DeadLetteredData>;
