import { z } from 'zod';
import { type LookupVindex } from './vindex.ts';

const column = /^[a-z_][a-z0-9_]*$/;

/**
 * The parameters of every lookup. `table`, `from` and `to` are Vitess's. Vitess's `to` column holds keyspace ids. Ours holds
 * ids, which contain their slot, or slots; `holds` says which. `autocommit`, `write_only` and similar parameters control how
 * Vitess writes and backfills its lookup rows. Ours are written by one protocol, so these parameters are refused instead of
 * ignored.
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
