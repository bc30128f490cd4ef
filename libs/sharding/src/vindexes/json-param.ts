import { z } from 'zod';
import { DuplicateNamesError } from '../json/duplicate-names.error.ts';
import { readJson } from '../json/read-json.ts';

/** Returns the schema of a parameter whose text is JSON, because the values of `params` are texts. */
export function jsonParam<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return readJson(text);
      } catch (error) {
        const message = error instanceof DuplicateNamesError ? error.message : 'expected a text in JSON';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
