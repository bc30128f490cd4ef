import { z } from 'zod';

/** One fault of a request: its place (an RFC 6901 pointer into the body, or a parameter) and the expected value. */
export const FieldError = z
  .strictObject({ pointer: z.string(), detail: z.string() })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof FieldError>;

/**
 * A problem document (RFC 9457), media type `application/problem+json`. `code` is stable: clients decide by it. `type` is
 * the page of the problem in the documentation; `detail` is text for people.
 */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    retryable: z.boolean().optional().describe('Whether the same request may succeed later'),
    errors: z.array(FieldError).optional(),
    'violated-policies': z
      .array(z.string())
      .optional()
      .describe('The limits that deny the request (draft-ietf-httpapi-ratelimit-headers-10)'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
