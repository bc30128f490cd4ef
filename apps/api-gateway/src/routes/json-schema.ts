import { z } from 'zod';
import { RoutesFile } from './routes-file.schema.ts';

/** Returns the JSON Schema (2020-12) of a routes file, so that an editor completes and checks its fields. */
export function routesJsonSchema(): object {
  const schema = z.toJSONSchema(RoutesFile, {
    io: 'input',
    unrepresentable: 'any',
    // A field with one text or several is an array only after the preprocessing.
    override: ({ jsonSchema }) => {
      if (jsonSchema.anyOf === undefined || jsonSchema.type !== 'array') return;
      for (const field of ['type', 'items', 'minItems', 'maxItems'] as const) delete jsonSchema[field];
    },
  });
  return { ...schema, title: 'Routes file of the API gateway' };
}
