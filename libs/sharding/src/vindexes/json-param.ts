import { z } from 'zod';

/** A parameter whose text is JSON, because the values of `params` are texts. */
export function jsonParam<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'expected a text that is JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
