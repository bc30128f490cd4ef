import { z } from 'zod';
import { moment } from './moment.ts';
import { requestedBy } from './requested-by.ts';
import { storableText } from './storable-text.ts';

/** A dead letter is `open` until an operator redrives it, or discards it with a reason. */
export const DeadLetterStatus = z
  .enum(['open', 'redriven', 'discarded'])
  .meta({ id: 'DeadLetterStatus', examples: ['open'] });
export type DeadLetterStatus = z.infer<typeof DeadLetterStatus>;

export const LetterId = z.uuid().meta({ id: 'LetterId', examples: ['5d41402a-bc4b-8a76-b971-9d911017c592'] });

const time = z.iso.datetime();

/** An event that a consumer gave up on, as the dead-letter review returns it. */
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
      .describe('Failures, oldest first; of a long history, the first and the latest ones'),
    headers: z.record(z.string(), z.string()),
    payload: z
      .string()
      .nullable()
      .describe('The value of the message: as text if it is valid UTF-8, otherwise as base64'),
    failedAt: time,
    lagMs: z
      .int()
      .nullable()
      .describe(
        'Milliseconds from the time of the event to its last failure; null for a message without a time',
      ),
    redriveOf: z.string().nullable().describe('The dead letter whose redrive sent this event'),
    status: DeadLetterStatus,
    statusChangedAt: time.nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

/** A decision of an operator about a dead letter. */
export const DeadLetterAction = z
  .strictObject({
    at: time,
    action: z.enum(['redriven', 'edited-and-redriven', 'discarded']),
    by: z.string().nullable().describe('The requester, as stated in the request; not verified'),
    reason: z.string().nullable(),
    redriveJob: z.string().nullable().describe('The redrive job that the action was part of'),
    eventId: z
      .string()
      .nullable()
      .describe(
        'The event that was sent: the event of the dead letter, or a new event when the payload was edited',
      ),
    payload: z
      .looseObject({})
      .nullable()
      .describe('The edited payload that was sent instead of the original data'),
  })
  .meta({ id: 'DeadLetterAction' });
export type DeadLetterAction = z.infer<typeof DeadLetterAction>;

export const ReviewedDeadLetter = z
  .strictObject({ letter: DeadLetter, actions: z.array(DeadLetterAction).describe('Oldest first') })
  .meta({ id: 'ReviewedDeadLetter' });
export type ReviewedDeadLetter = z.infer<typeof ReviewedDeadLetter>;

const word = storableText(1_024).optional();

/** Selects the dead letters that meet every given condition. */
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
      .describe('Sent instead of the original data, as a new event that refers to the original event'),
    by: requestedBy,
  })
  .meta({ id: 'RedriveDeadLetter' });
export type RedriveDeadLetter = z.infer<typeof RedriveDeadLetter>;

export const DiscardDeadLetter = z
  .strictObject({ reason: storableText(1_000, z.string().trim()), by: requestedBy })
  .meta({ id: 'DiscardDeadLetter' });
export type DiscardDeadLetter = z.infer<typeof DiscardDeadLetter>;

const count = z.int().min(0);

/** The current counts of dead letters, and their number by hour. */
export const DeadLetterStats = z
  .strictObject({
    byStatus: z.strictObject({ open: count, redriven: count, discarded: count }),
    openByType: z.array(z.strictObject({ eventType: z.string().nullable(), letters: count })),
    openByError: z.array(z.strictObject({ errorCode: z.string(), letters: count })),
    byHour: z
      .array(z.strictObject({ hour: time, letters: count }))
      .describe(
        'Dead letters of the last 24 hours by the hour of their failure; hours without dead letters are omitted',
      ),
    incidents: z
      .array(z.strictObject({ id: z.string(), eventType: z.string(), openedAt: time, letters: count }))
      .describe('One for each event type that has open dead letters'),
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
      .describe('Alerts that the webhook rejected permanently, newest first; at most 100'),
  })
  .meta({ id: 'DeadLetterStats' });
export type DeadLetterStats = z.infer<typeof DeadLetterStats>;
