import { z } from 'zod';
import { moment } from './moment.ts';
import { requestedBy } from './requested-by.ts';
import { storableText } from './storable-text.ts';

/** `open` until an operator has decided: sent again, or given up with a reason. */
export const DeadLetterStatus = z
  .enum(['open', 'redriven', 'discarded'])
  .meta({ id: 'DeadLetterStatus', examples: ['open'] });
export type DeadLetterStatus = z.infer<typeof DeadLetterStatus>;

export const LetterId = z.uuid().meta({ id: 'LetterId', examples: ['5d41402a-bc4b-8a76-b971-9d911017c592'] });

const time = z.iso.datetime();

/** An event that a consumer gave up on, as the review shows it. */
export const DeadLetter = z
  .strictObject({
    id: z.string(),
    consumer: z.string(),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    key: z.string().nullable(),
    eventId: z.string().nullable(),
    eventType: z.string().nullable(),
    attempts: z.int(),
    error: z.strictObject({ code: z.string(), message: z.string() }).describe('The last failure'),
    errors: z
      .array(z.strictObject({ at: time, code: z.string(), message: z.string(), attempt: z.int() }))
      .describe('Every failure, oldest first; of many the first and the latest'),
    headers: z.record(z.string(), z.string()),
    payload: z
      .string()
      .nullable()
      .describe('The value of the message: UTF-8 text, or base64 where it is not'),
    failedAt: time,
    lagMs: z
      .int()
      .nullable()
      .describe('From the time of the event to its last failure; null for what names no time'),
    redriveOf: z.string().nullable().describe('The letter that this event was sent again from'),
    status: DeadLetterStatus,
    statusChangedAt: time.nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

/** What somebody did about a letter. */
export const DeadLetterAction = z
  .strictObject({
    at: time,
    action: z.enum(['redriven', 'edited-and-redriven', 'discarded']),
    by: z.string().nullable().describe('Who asked, as they said; nobody checks it'),
    reason: z.string().nullable(),
    redriveJob: z.string().nullable().describe('The job that it was part of'),
    eventId: z
      .string()
      .nullable()
      .describe('The event that was sent: that of the letter, or, with another payload, a new one'),
    payload: z.looseObject({}).nullable().describe('What was sent instead of the data of the event'),
  })
  .meta({ id: 'DeadLetterAction' });
export type DeadLetterAction = z.infer<typeof DeadLetterAction>;

export const ReviewedDeadLetter = z
  .strictObject({ letter: DeadLetter, actions: z.array(DeadLetterAction).describe('Oldest first') })
  .meta({ id: 'ReviewedDeadLetter' });
export type ReviewedDeadLetter = z.infer<typeof ReviewedDeadLetter>;

const word = storableText(1_024).optional();

/** Which letters are meant: those that meet every condition given. */
export const DeadLetterFilter = z
  .strictObject({
    eventType: word,
    consumer: word,
    errorCode: word,
    key: word,
    from: moment.optional().describe('Failed at or after'),
    to: moment.optional().describe('Failed before'),
  })
  .meta({ id: 'DeadLetterFilter' });
export type DeadLetterFilter = z.infer<typeof DeadLetterFilter>;

export const DeadLetterQuery = z.strictObject({
  ...DeadLetterFilter.shape,
  status: DeadLetterStatus.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'expected the nextCursor of a page')
    .optional(),
});
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>;

/** Newest first; `nextCursor` is null on the last page. */
export const DeadLetterList = z
  .strictObject({ items: z.array(DeadLetter), nextCursor: z.string().nullable() })
  .meta({ id: 'DeadLetterList' });
export type DeadLetterList = z.infer<typeof DeadLetterList>;

export const RedriveDeadLetter = z
  .strictObject({
    payload: z
      .looseObject({})
      .optional()
      .describe('Sent instead of the data of the event, as an event of its own that names the other'),
    by: requestedBy,
  })
  .meta({ id: 'RedriveDeadLetter' });
export type RedriveDeadLetter = z.infer<typeof RedriveDeadLetter>;

export const DiscardDeadLetter = z
  .strictObject({ reason: storableText(1_000, z.string().trim()), by: requestedBy })
  .meta({ id: 'DiscardDeadLetter' });
export type DiscardDeadLetter = z.infer<typeof DiscardDeadLetter>;

const count = z.int().min(0);

/** Open letters as they stand, and when letters came. */
export const DeadLetterStats = z
  .strictObject({
    byStatus: z.strictObject({ open: count, redriven: count, discarded: count }),
    openByType: z.array(z.strictObject({ eventType: z.string().nullable(), letters: count })),
    openByError: z.array(z.strictObject({ errorCode: z.string(), letters: count })),
    byHour: z
      .array(z.strictObject({ hour: time, letters: count }))
      .describe('Letters of the last 24 hours by when they failed; hours without one are left out'),
    incidents: z
      .array(z.strictObject({ id: z.string(), eventType: z.string(), openedAt: time, letters: count }))
      .describe('One for each type of event that has open letters'),
    failedAlerts: z
      .array(
        z.strictObject({
          id: z.string(),
          alert: z.string().describe('`opened` or `resolved`'),
          incident: z.string(),
          eventType: z.string(),
          failedAt: time,
          reason: z.string(),
        }),
      )
      .describe('Alerts that the webhook refused for good, newest first; at most 100'),
  })
  .meta({ id: 'DeadLetterStats' });
export type DeadLetterStats = z.infer<typeof DeadLetterStats>;
