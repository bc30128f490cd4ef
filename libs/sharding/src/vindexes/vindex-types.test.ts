import { expect, it } from '@jest/globals';
import { VINDEX_TYPES } from './vindex-types.ts';

const LOOKUP = { table: 'emails', from: 'email', to: 'customer_id' };
const REGIONS = { region_map: '{"eu": 0, "us": 1}', region_bytes: '1' };
const PARAMS: Readonly<Record<string, Record<string, string>>> = {
  numeric_static_map: { json: '{"1": 0}' },
  range: { ranges: '..=0' },
  region: REGIONS,
  lookup: LOOKUP,
  lookup_unique: LOOKUP,
  consistent_lookup: LOOKUP,
  consistent_lookup_unique: LOOKUP,
};

// A VSchema chooses its vindexes by these: the cheapest one that the given columns satisfy. The costs are those of Vitess.
it.each([
  ['slot_of_id', { cost: 0, unique: true, kind: 'functional', columns: 1 }],
  ['stored_slot', { cost: 0, unique: true, kind: 'functional', columns: 1 }],
  ['numeric', { cost: 0, unique: true, kind: 'functional', columns: 1 }],
  ['hash', { cost: 1, unique: true, kind: 'functional', columns: 1 }],
  ['xxhash', { cost: 1, unique: true, kind: 'functional', columns: 1 }],
  ['unicode_loose_xxhash', { cost: 1, unique: true, kind: 'functional', columns: 1 }],
  ['numeric_static_map', { cost: 1, unique: true, kind: 'functional', columns: 1 }],
  ['range', { cost: 1, unique: true, kind: 'functional', columns: 1 }],
  ['region', { cost: 1, unique: true, kind: 'functional', columns: 2, partial: true }],
  ['lookup_unique', { cost: 10, unique: true, kind: 'lookup' }],
  ['consistent_lookup_unique', { cost: 10, unique: true, kind: 'lookup' }],
  ['lookup', { cost: 20, unique: false, kind: 'lookup' }],
  ['consistent_lookup', { cost: 20, unique: false, kind: 'lookup' }],
])('the vindex %s is %j', (name, expected) => {
  const found = VINDEX_TYPES.find(({ type }) => type === name)!;
  const { type: _, params, create, ...properties } = found;
  expect(properties).toEqual(expected);
  expect(create(params.parse(PARAMS[name])).kind).toBe(expected.kind);
});

it('there is no other vindex', () => {
  expect(VINDEX_TYPES).toHaveLength(13);
});
