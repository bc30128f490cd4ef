import { z } from 'zod';

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
    error: z.strictObject({ code: z.string(), message: z.string() }),
    headers: z.record(z.string(), z.string()),
    payload: z
      .string()
      .nullable()
      .describe('The value of the message: UTF-8 text, or base64 where it is not'),
    failedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

export const DeadLetterQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  eventType: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
});
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>;

export const DeadLetterList = z.strictObject({ items: z.array(DeadLetter) }).meta({ id: 'DeadLetterList' });
export type DeadLetterList = z.infer<typeof DeadLetterList>;
