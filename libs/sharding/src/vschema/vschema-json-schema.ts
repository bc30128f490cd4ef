import { z } from 'zod';
import { VSchemaDocument } from './vschema-document.schema.ts';

/** Returns the grammar as JSON Schema, for editors and other tools. Only `VSchema.parse` also checks the meaning. */
export function vschemaJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(VSchemaDocument, { io: 'input' });
  return {
    $schema,
    title: 'VSchema',
    description: "Vitess's grammar of a VSchema, as far as Groundwork speaks it.",
    ...rest,
  };
}
