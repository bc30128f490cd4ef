import { z } from 'zod';
import { type LookupVindex } from './vindex.ts';

const column = /^[a-z_][a-z0-9_]*$/;

/**
 * Of every lookup. `table`, `from` and `to` are Vitess's. Vitess's `to` column holds keyspace ids; ours holds ids, which
 * carry their slot, or slots, and `holds` says which. `autocommit`, `write_only` and the like are about how Vitess writes
 * and backfills its lookup rows, which ours does by one protocol, so they are refused instead of being ignored.
 */
export const lookupParams = z.strictObject({
  table: z.string().regex(/^([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*$/, 'expected table or keyspace.table'),
  from: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().regex(column, 'expected names of columns, separated by commas'))),
  to: z.string().regex(column, 'expected the name of a column'),
  holds: z.enum(['id', 'slot']).default('id'),
});

export function lookupVindex(params: z.output<typeof lookupParams>): LookupVindex {
  return { kind: 'lookup', ...params };
}
