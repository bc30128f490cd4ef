import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { InvalidVSchemaError, type VSchemaFault } from './invalid-vschema.error.ts';
import { vschemaJsonSchema } from './vschema-json-schema.ts';
import { VSchema } from './vschema.ts';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../../infra/postgres/${file}`, import.meta.url), 'utf8'));

/** A VSchema that is right, for a test to spoil. */
function document() {
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

/** Each step of the place, and what to put there; `undefined` takes away. */
function spoiled(place: string, value: unknown) {
  const root = structuredClone(document());
  const path = place.split('/').slice(1);
  const last = path.pop()!;
  const parent = path.reduce<Record<string, never>>((node, step) => node[step]!, root as never);
  if (value === undefined) delete parent[last];
  else parent[last] = value as never;
  return root;
}

function faultsOf(written: unknown): readonly VSchemaFault[] {
  try {
    VSchema.parse(written);
    return [];
  } catch (error) {
    if (error instanceof InvalidVSchemaError) return error.faults;
    throw error;
  }
}

const shop = '/keyspaces/shop';
const users = `${shop}/tables/users`;

describe('a VSchema', () => {
  it('of the platform is right', () => {
    expect(faultsOf(read('vschema.json'))).toEqual([]);
  });

  it('has its grammar published as a JSON Schema', () => {
    expect(read('vschema.schema.json')).toEqual(vschemaJsonSchema());
    expect(read('vschema.json').$schema).toBe('./vschema.schema.json');
  });

  it('knows its tables, by one name or by two', () => {
    const vschema = VSchema.parse(document());
    expect(vschema.table('users')).toBe(vschema.table('shop.users'));
    expect(vschema.table('users')).toMatchObject({ keyspace: 'shop', sharded: true, type: 'plain' });
    expect(vschema.table('shop.prices')).toMatchObject({ type: 'reference', source: 'main.prices' });
    expect(() => vschema.table('prices')).toThrow(
      'prices cannot be routed: the name is not enough: shop.prices or main.prices',
    );
    expect(() => vschema.table('shop.nothing')).toThrow('the VSchema has no such table');
  });

  it.each<[string, unknown, string, string]>([
    ['/keyspace', {}, '/keyspace', 'unknown field'],
    ['/keyspaces', undefined, '/keyspaces', 'Invalid input: expected record, received undefined'],
    [`${shop}/shards`, 2, `${shop}/shards`, 'unknown field'],
    [`${shop}/sharded`, 'yes', `${shop}/sharded`, 'Invalid input: expected boolean, received string'],
    [
      `${shop}/tables/Users`,
      {},
      `${shop}/tables/Users`,
      'expected a name of lower-case letters, digits and _',
    ],
    [
      `${shop}/vindexes/hash/type`,
      'md5',
      `${shop}/vindexes/hash/type`,
      'expected a type of vindex: one of slot_of_id, ',
    ],
    [
      `${shop}/vindexes/hash/type`,
      undefined,
      `${shop}/vindexes/hash/type`,
      'expected a type of vindex: one of ',
    ],
    [`${shop}/vindexes/hash/owner`, 'users', `${shop}/vindexes/hash/owner`, 'unknown field'],
    [`${shop}/vindexes/hash/params`, { salt: '1' }, `${shop}/vindexes/hash/params/salt`, 'unknown field'],
    [
      `${shop}/vindexes/by_email/params/write_only`,
      'true',
      `${shop}/vindexes/by_email/params/write_only`,
      'unknown field',
    ],
    [
      `${shop}/vindexes/by_email/params/table`,
      undefined,
      `${shop}/vindexes/by_email/params/table`,
      'Invalid input: expected string',
    ],
    [
      `${shop}/vindexes/by_email/params/from`,
      'a,,b',
      `${shop}/vindexes/by_email/params/from/1`,
      'expected names of columns',
    ],
    [
      `${shop}/vindexes/by_region/params/region_bytes`,
      '3',
      `${shop}/vindexes/by_region/params/region_bytes`,
      'Invalid option',
    ],
    [
      `${shop}/vindexes/by_region/params/region_map`,
      '{"eu":256}',
      `${shop}/vindexes/by_region/params/region_map`,
      'expected numbers that fit',
    ],
    [
      `${shop}/vindexes/by_region/params/region_map`,
      'eu',
      `${shop}/vindexes/by_region/params/region_map`,
      'expected a text that is JSON',
    ],
    [`${users}/colour`, 'red', `${users}/colour`, 'unknown field'],
    [`${users}/type`, 'pinned', `${users}/type`, 'Invalid option'],
    [
      `${users}/column_vindexes/0/columns`,
      ['id'],
      `${users}/column_vindexes/0`,
      'expected either column or columns',
    ],
    [
      `${users}/column_vindexes/0/column`,
      undefined,
      `${users}/column_vindexes/0`,
      'expected either column or columns',
    ],
    [`${users}/auto_increment/step`, 2, `${users}/auto_increment/step`, 'unknown field'],
  ])('with %s as %j is refused at %s: %s', (place, value, pointer, detail) => {
    const expected = { pointer, detail: expect.stringContaining(detail) };
    expect(faultsOf(spoiled(place, value))).toEqual([expected]);
  });

  it.each<[string, unknown, string, string]>([
    [
      `${users}/column_vindexes`,
      undefined,
      users,
      'a table of a sharded keyspace needs column_vindexes, or the type reference',
    ],
    [
      `${users}/column_vindexes/0/name`,
      'gone',
      `${users}/column_vindexes/0/name`,
      'the keyspace has no vindex gone',
    ],
    [
      `${users}/column_vindexes/0`,
      { columns: ['a', 'b'], name: 'hash' },
      `${users}/column_vindexes/0/columns`,
      'hash takes 1 column(s), not 2',
    ],
    [
      `${shop}/tables/places/column_vindexes/0`,
      { column: 'id', name: 'by_region' },
      `${shop}/tables/places/column_vindexes/0/column`,
      'region takes 2 column(s), not 1',
    ],
    [
      `${users}/auto_increment/sequence`,
      'main.gone',
      `${users}/auto_increment/sequence`,
      'there is no table main.gone',
    ],
    [
      `${users}/auto_increment/sequence`,
      'main.prices',
      `${users}/auto_increment/sequence`,
      'main.prices is not a sequence',
    ],
    [
      `${shop}/tables/ids`,
      { type: 'sequence' },
      `${shop}/tables/ids/type`,
      'a sequence is in a keyspace that is not sharded',
    ],
    [
      `${shop}/tables/prices/source`,
      'main.gone',
      `${shop}/tables/prices/source`,
      'there is no table main.gone',
    ],
    [
      `${shop}/tables/prices/source`,
      'shop.users',
      `${shop}/tables/prices/source`,
      'the source must be in another keyspace',
    ],
    [
      `${shop}/tables/prices/source`,
      'main.user_ids',
      `${shop}/tables/prices/source`,
      'main.user_ids is a sequence',
    ],
    [`${users}/source`, 'main.prices', `${users}/source`, 'only a reference table has a source'],
    [
      `${shop}/tables/prices/column_vindexes`,
      [{ column: 'id', name: 'hash' }],
      `${shop}/tables/prices/column_vindexes`,
      'a reference table has no vindexes',
    ],
    [
      '/keyspaces/main/vindexes',
      { hash: { type: 'hash' } },
      '/keyspaces/main/vindexes',
      'a keyspace that is not sharded has no vindexes',
    ],
    [
      '/keyspaces/main/tables/prices/column_vindexes',
      [{ column: 'id', name: 'hash' }],
      '/keyspaces/main/tables/prices/column_vindexes',
      'a table of a keyspace that is not sharded has no vindexes',
    ],
    [
      `${shop}/vindexes/by_email/owner`,
      'gone',
      `${shop}/vindexes/by_email/owner`,
      'the keyspace shop has no table gone',
    ],
    [
      `${shop}/vindexes/by_email/owner`,
      'places',
      `${shop}/vindexes/by_email/owner`,
      'the table places does not use the vindex that it is to own',
    ],
    [
      `${shop}/vindexes/by_email/params/table`,
      'gone',
      `${shop}/vindexes/by_email/params/table`,
      'there is no table shop.gone',
    ],
    [
      `${shop}/vindexes/by_email/params/table`,
      'prices',
      `${shop}/vindexes/by_email/params/table`,
      'the table prices has no primary vindex to find it by',
    ],
    [
      `${shop}/tables/emails/column_vindexes/0/column`,
      'key',
      `${shop}/vindexes/by_email/params/table`,
      'the table emails cannot be found by email: its primary vindex needs key',
    ],
  ])('with %s as %j cannot be routed by, and says so at %s: %s', (place, value, pointer, detail) => {
    expect(faultsOf(spoiled(place, value))).toContainEqual({ pointer, detail });
  });

  it.each([
    ['..m=1', 'no range holds the keys from "m" on'],
    ['m..=1', 'no range holds the keys below "m"'],
    ['..f=1, m..=2', 'no range holds the keys from "f" to "m"'],
    ['..m=1, f..=2', '"..m=1" and "f..=2" both hold "f"'],
    ['..=1, ..=2', '"..=1" and "..=2" both hold ""'],
    ['..=1, f..g=2', '"..=1" and "f..g=2" both hold "f"'],
    ['..m=4096, m..=1', '"..m=4096" goes beyond the last slot, 4095'],
    ['..m=1, m..c=2', '"m..c=2" holds no key'],
    ['..m=1, m..', '"m.." is not a range of keys: expected e.g. GW-0031..GW-0061=1536'],
  ])('refuses the ranges %j: %s', (ranges, detail) => {
    const written = spoiled(`${shop}/vindexes/sku`, { type: 'range', params: { ranges } });
    expect(faultsOf(written)).toEqual([{ pointer: `${shop}/vindexes/sku/params/ranges`, detail }]);
  });

  it('refuses a primary vindex that is not unique, or that its own table owns', () => {
    const written = document();
    Object.assign(written.keyspaces.shop.vindexes, {
      loose: { type: 'lookup', params: { table: 'emails', from: 'email', to: 'id' } },
    });
    written.keyspaces.shop.tables.users.column_vindexes.reverse();
    written.keyspaces.shop.tables.places.column_vindexes = [{ column: 'email', name: 'loose' }] as never;
    expect(faultsOf(written)).toEqual([
      {
        pointer: `${users}/column_vindexes/0/name`,
        detail: 'the primary vindex cannot be owned: it would be looked up in rows that it places itself',
      },
      {
        pointer: `${shop}/tables/places/column_vindexes/0/name`,
        detail: 'the primary vindex must be unique, and lookup is not',
      },
    ]);
  });

  it('refuses a lookup whose table would have to be looked up itself, and two copies of one table', () => {
    const written = spoiled(`${shop}/tables/emails/column_vindexes`, [{ column: 'email', name: 'by_email' }]);
    Object.assign(written.keyspaces.shop.tables, {
      prices_too: { type: 'reference', source: 'main.prices' },
    });
    expect(faultsOf(written)).toEqual([
      {
        pointer: `${shop}/vindexes/by_email/params/table`,
        detail: 'the table emails would have to be looked up itself',
      },
      ...['prices', 'prices_too'].map((copy) => ({
        pointer: `${shop}/tables/${copy}/source`,
        detail: 'main.prices has several copies in shop: prices, prices_too',
      })),
    ]);
  });

  it('names every fault at once, in its message too', () => {
    const written = spoiled(`${users}/column_vindexes/1/name`, 'gone');
    Object.assign(written.keyspaces.shop.tables.users.auto_increment, { sequence: 'main.gone' });
    expect(() => VSchema.parse(written)).toThrow(
      [
        `${shop}/vindexes/by_email/owner: the table users does not use the vindex that it is to own`,
        `${users}/auto_increment/sequence: there is no table main.gone`,
        `${users}/column_vindexes/1/name: the keyspace has no vindex gone`,
      ].join('\n'),
    );
  });
});
