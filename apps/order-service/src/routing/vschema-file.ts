import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidVSchemaError, UnroutableError, VSchema } from '@groundwork/sharding';
import { z } from 'zod';

/** The tables that this service stores and finds by the VSchema. */
const TABLES = [
  'orders.customers',
  'orders.customer_emails',
  'orders.customers_by_region',
  'orders.orders',
  'orders.catalogue_entries',
];

/** The file of the workspace. Its relative path is the same from the sources, from the build output and in the image. */
const OURS = fileURLToPath(new URL('../../../../infra/postgres/vschema.json', import.meta.url));

/** The path of a VSchema file. The service refuses to start with a VSchema that cannot route its tables. */
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
