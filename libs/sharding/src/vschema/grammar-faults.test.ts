import { describe, expect, it } from '@jest/globals';
import { faultsOf, shop, spoiled, users } from '../../test/spoiled-vschema.ts';

describe('the grammar of a VSchema', () => {
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
      'expected a text in JSON',
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
});
