import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidVSchemaError, UnroutableError, VSchema } from '@groundwork/sharding';
import { z } from 'zod';

/** What this service stores and finds by the VSchema. */
const TABLES = [
  'orders.customers',
  'orders.customer_emails',
  'orders.customers_by_region',
  'orders.orders',
  'orders.catalogue_entries',
];

/** The one of the workspace: the sources, what is built of them and the image have it at the same distance. */
const OURS = fileURLToPath(new URL('../../../../infra/postgres/vschema.json', import.meta.url));

/** The path of a VSchema. The service does not start on one that it cannot route by. */
export const vschemaFile = z
  .string()
  .default(OURS)
  .transform((path, context): VSchema => {
    try {
      const vschema = VSchema.read(readFileSync(path, 'utf8'));
      for (const table of TABLES) vschema.table(table);
      return vschema;
    } catch (error) {
      for (const message of faultsOf(error)) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

function faultsOf(error: unknown): string[] {
  if (error instanceof InvalidVSchemaError) {
    return error.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  }
  if (error instanceof UnroutableError) return [error.message];
  return [`expected a file that holds a VSchema: ${(error as Error).message}`];
}
