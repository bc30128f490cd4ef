import { z } from 'zod';
import { VSchemaDocument } from './vschema-document.schema.ts';

/** The grammar as JSON Schema, for editors and other tools; what the parts mean together, only `VSchema.parse` checks. */
export function vschemaJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(VSchemaDocument, { io: 'input' });
  return {
    $schema,
    title: 'VSchema',
    description: "Vitess's grammar of a VSchema, as far as Groundwork speaks it.",
    ...rest,
  };
}
