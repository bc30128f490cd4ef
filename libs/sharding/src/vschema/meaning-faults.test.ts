import { describe, expect, it } from '@jest/globals';
import { document, faultsOf, shop, spoiled, users } from '../../test/spoiled-vschema.ts';

describe('the meaning of a VSchema', () => {
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
      'nowhere.ids',
      `${users}/auto_increment/sequence`,
      'there is no table nowhere.ids',
    ],
    [
      `${shop}/vindexes/by_email/params/table`,
      'nowhere.emails',
      `${shop}/vindexes/by_email/params/table`,
      'there is no table nowhere.emails',
    ],
    [
      `${shop}/tables/emails/column_vindexes/0/name`,
      'gone',
      `${shop}/vindexes/by_email/params/table`,
      'the table emails has no primary vindex to find it by',
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
      'the table places owns the vindex but does not use it',
    ],
    [
      `${shop}/vindexes/by_email/owner`,
      'prices',
      `${shop}/vindexes/by_email/owner`,
      'the table prices owns the vindex but does not use it',
    ],
    [
      `${shop}/tables/prices/source`,
      'nowhere.prices',
      `${shop}/tables/prices/source`,
      'there is no table nowhere.prices',
    ],
    [
      '/keyspaces/main/tables/prices/source',
      'shop.users',
      `${shop}/tables/prices/source`,
      'main.prices is itself a copy',
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
  ])('with %s as %j is refused at %s: %s', (place, value, pointer, detail) => {
    expect(faultsOf(spoiled(place, value))).toContainEqual({ pointer, detail });
  });

  it('reports a table with vindexes in a keyspace that is not sharded once, whatever they are named', () => {
    const place = '/keyspaces/main/tables/prices/column_vindexes';
    expect(faultsOf(spoiled(place, [{ column: 'id', name: 'gone' }]))).toEqual([
      { pointer: place, detail: 'a table of a keyspace that is not sharded has no vindexes' },
    ]);
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

  it('refuses a primary vindex that is not unique, and one that its own table owns', () => {
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

  it.each([
    ['lookup_unique', ['the table places cannot be found by region: its primary vindex needs id']],
    ['lookup', []],
  ])(
    'lets a %s be found by the first columns of its table only if it may lead to several rows',
    (type, faults) => {
      const written = document();
      Object.assign(written.keyspaces.shop.vindexes, {
        by_place: { type, params: { table: 'places', from: 'region', to: 'id' } },
      });
      expect(faultsOf(written).map(({ detail }) => detail)).toEqual(faults);
    },
  );

  it('refuses a lookup whose table itself needs a lookup, and two copies of one table', () => {
    const written = spoiled(`${shop}/tables/emails/column_vindexes`, [{ column: 'email', name: 'by_email' }]);
    Object.assign(written.keyspaces.shop.tables, {
      prices_too: { type: 'reference', source: 'main.prices' },
    });
    expect(faultsOf(written)).toEqual([
      {
        pointer: `${shop}/vindexes/by_email/params/table`,
        detail: 'the table emails itself needs a lookup',
      },
      ...['prices', 'prices_too'].map((copy) => ({
        pointer: `${shop}/tables/${copy}/source`,
        detail: 'main.prices has several copies in shop: prices, prices_too',
      })),
    ]);
  });
});
