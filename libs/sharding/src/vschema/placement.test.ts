import { describe, expect, it } from '@jest/globals';
import { changedPlacements, type ChangedPlacement } from './placement.ts';
import { VSchema } from './vschema.ts';

const DOCUMENT = `{ "keyspaces": {
  "shop": { "sharded": true,
    "vindexes": {
      "by_id": { "type": "slot_of_id" },
      "by_sku": { "type": "range", "params": { "ranges": "..M=1, M..=2" } },
      "by_region": { "type": "region", "params": { "region_bytes": "1", "region_map": "{\\"eu\\": 1, \\"us\\": 2}" } },
      "by_email": { "type": "consistent_lookup_unique", "params": { "table": "emails", "from": "email", "to": "customer_id" }, "owner": "customers" },
      "by_hash": { "type": "xxhash" }
    },
    "tables": {
      "customers": { "column_vindexes": [{ "column": "id", "name": "by_id" }, { "column": "email", "name": "by_email" }] },
      "emails": { "column_vindexes": [{ "column": "email", "name": "by_hash" }] },
      "regions": { "column_vindexes": [{ "columns": ["region", "customer_id"], "name": "by_region" }] },
      "catalogue": { "column_vindexes": [{ "column": "sku", "name": "by_sku" }] },
      "prices": { "type": "reference" }
    } },
  "home": { "tables": { "tenants": {} } } } }`;

describe('a changed VSchema', () => {
  const changes = (...edits: readonly (readonly [string, string])[]): ChangedPlacement[] => {
    const changed = edits.reduce((text, [from, to]) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, DOCUMENT);
    return changedPlacements(VSchema.read(DOCUMENT).placements, VSchema.read(changed).placements);
  };

  it.each([
    ['a range', 'shop.catalogue', ['..M=1, M..=2', '..N=1, N..=2']],
    ['the slot of a range', 'shop.catalogue', ['M..=2', 'M..=3']],
    ['the vindex', 'shop.emails', ['"type": "xxhash"', '"type": "unicode_loose_xxhash"']],
    ['the column', 'shop.catalogue', ['"column": "sku"', '"column": "name"']],
    ['the order of columns', 'shop.regions', ['["region", "customer_id"]', '["customer_id", "region"]']],
    ['the number of a region', 'shop.regions', ['us\\": 2', 'us\\": 3']],
    [
      'the kind',
      'shop.catalogue',
      ['{ "column_vindexes": [{ "column": "sku", "name": "by_sku" }] }', '{ "type": "reference" }'],
    ],
  ] as const)('moves rows if it changes %s', (_, table, edit) => {
    expect(changes(edit)).toMatchObject([{ table, movesRows: true }]);
  });

  // Golden: the directory stores these texts, and compares them with those of the next release.
  it('is compared by the kind of each table, and by the columns, type and parameters of its vindexes', () => {
    const numbers = { type: 'numeric_static_map', params: { json: '{"2": "7", "1": 5}' } };
    const written = JSON.parse(DOCUMENT) as { keyspaces: { shop: { vindexes: object; tables: object } } };
    Object.assign(written.keyspaces.shop.vindexes, { numbers });
    Object.assign(written.keyspaces.shop.tables, {
      counters: { column_vindexes: [{ column: 'n', name: 'numbers' }] },
    });
    const range = '[{"below":"M","slot":1,"text":"..M=1"},{"from":"M","slot":2,"text":"M..=2"}]';
    const lookup = '{"from":["email"],"holds":"id","table":"emails","to":"customer_id"}';
    expect(VSchema.parse(written).placements).toEqual({
      'shop.customers': {
        kind: 'sharded',
        vindexes: [
          { columns: ['id'], type: 'slot_of_id', params: '{}' },
          { columns: ['email'], type: 'consistent_lookup_unique', params: lookup },
        ],
      },
      'shop.emails': { kind: 'sharded', vindexes: [{ columns: ['email'], type: 'xxhash', params: '{}' }] },
      'shop.regions': {
        kind: 'sharded',
        vindexes: [
          {
            columns: ['region', 'customer_id'],
            type: 'region',
            params: '{"region_bytes":1,"region_map":{"eu":1,"us":2}}',
          },
        ],
      },
      'shop.catalogue': {
        kind: 'sharded',
        vindexes: [{ columns: ['sku'], type: 'range', params: `{"ranges":${range}}` }],
      },
      'shop.counters': {
        kind: 'sharded',
        vindexes: [{ columns: ['n'], type: 'numeric_static_map', params: '{"json":{"1":"5","2":"7"}}' }],
      },
      'shop.prices': { kind: 'reference', vindexes: [] },
      'home.tenants': { kind: 'unsharded', vindexes: [] },
    });
  });

  it('names what placed the rows before and after: the vindex, its columns and its parameters', () => {
    expect(changes(['"type": "xxhash"', '"type": "unicode_loose_xxhash"'])).toEqual([
      {
        table: 'shop.emails',
        columns: ['email'],
        from: 'xxhash of email',
        to: 'unicode_loose_xxhash of email',
        movesRows: true,
      },
    ]);
    expect(changes(['["region", "customer_id"]', '["customer_id", "region"]'])).toMatchObject([
      {
        from: expect.stringMatching(/^region of region, customer_id with \{.*"eu".*\}$/),
        to: expect.stringMatching(/^region of customer_id, region with /),
      },
    ]);
    const toReference = [
      '{ "column_vindexes": [{ "column": "sku", "name": "by_sku" }] }',
      '{ "type": "reference" }',
    ];
    expect(changes(toReference as [string, string])).toEqual([
      { table: 'shop.catalogue', columns: [], from: 'sharded', to: 'reference', movesRows: true },
    ]);
  });

  it('changes only how rows are found if it changes a lookup', () => {
    expect(changes(['"to": "customer_id"', '"to": "owner_id"'])).toMatchObject([
      { table: 'shop.customers', columns: ['email'], movesRows: false },
    ]);
  });

  it('changes no placement if it renames or reformats a vindex, or adds or removes a table or a lookup', () => {
    expect(
      changes(
        ['"by_sku": {', '"sku_range": {'],
        ['"name": "by_sku"', '"name": "sku_range"'],
        ['..M=1, M..=2', 'M..=2,   ..M=1'],
        ['{\\"eu\\": 1, \\"us\\": 2}', '{\\"us\\":2,\\"eu\\":1}'],
        [', { "column": "email", "name": "by_email" }', ''],
        [', "owner": "customers"', ''],
        ['"tenants": {}', '"pins": {}'],
        [
          '"prices": {',
          '"reviews": { "column_vindexes": [{ "column": "id", "name": "by_id" }] }, "prices": {',
        ],
      ),
    ).toEqual([]);
  });
});
