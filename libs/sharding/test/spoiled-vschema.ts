import { InvalidVSchemaError, type VSchemaFault } from '../src/vschema/invalid-vschema.error.ts';
import { VSchema } from '../src/vschema/vschema.ts';

/** Returns a valid VSchema, for tests to change. */
export function document() {
  return {
    keyspaces: {
      shop: {
        sharded: true,
        vindexes: {
          hash: { type: 'hash' },
          by_region: { type: 'region', params: { region_bytes: '1' } },
          by_email: {
            type: 'consistent_lookup_unique',
            params: { table: 'emails', from: 'email', to: 'id' },
            owner: 'users',
          },
        },
        tables: {
          users: {
            column_vindexes: [
              { column: 'id', name: 'hash' },
              { column: 'email', name: 'by_email' },
            ],
            auto_increment: { column: 'id', sequence: 'main.user_ids' },
          },
          emails: { column_vindexes: [{ column: 'email', name: 'hash' }] },
          places: { column_vindexes: [{ columns: ['region', 'id'], name: 'by_region' }] },
          prices: { type: 'reference', source: 'main.prices' },
        },
      },
      main: { tables: { prices: {}, user_ids: { type: 'sequence' } } },
    },
  };
}

/** Returns the document with the value at the given place; `undefined` deletes it. */
export function spoiled(place: string, value: unknown) {
  const root = structuredClone(document());
  const path = place.split('/').slice(1);
  const last = path.pop()!;
  const parent = path.reduce<Record<string, never>>((node, step) => node[step]!, root as never);
  if (value === undefined) delete parent[last];
  else parent[last] = value as never;
  return root;
}

export function faultsOf(written: unknown): readonly VSchemaFault[] {
  try {
    VSchema.parse(written);
    return [];
  } catch (error) {
    if (error instanceof InvalidVSchemaError) return error.faults;
    throw error;
  }
}

export const shop = '/keyspaces/shop';
export const users = `${shop}/tables/users`;
