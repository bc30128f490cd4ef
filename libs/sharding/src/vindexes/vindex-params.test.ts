import { describe, expect, it } from '@jest/globals';
import { compareKeys } from './key-ranges.ts';
import { VINDEX_TYPES } from './vindex-types.ts';

/** Returns the parsed parameters of a vindex, or what is wrong with them. */
function parsed(name: string, written: Record<string, string>): unknown {
  const { params } = VINDEX_TYPES.find(({ type }) => type === name)!;
  const { data, error } = params.safeParse(written);
  return error === undefined
    ? data
    : error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the parameters of a lookup', () => {
  const lookup = (params: object) =>
    parsed('lookup_unique', { table: 'emails', from: 'email', to: 'customer_id', ...params });

  it('are its table, the columns to find it by, and the column that holds an id or a slot', () => {
    expect(lookup({})).toEqual({ table: 'emails', from: ['email'], to: 'customer_id', holds: 'id' });
    expect(lookup({ table: 'main.e_1', from: 'first, last', holds: 'slot' })).toEqual({
      ...{ table: 'main.e_1', from: ['first', 'last'], to: 'customer_id', holds: 'slot' },
    });
  });

  it.each([
    [{ table: 'Emails' }, ['table: expected table or keyspace.table']],
    [{ table: 'a.b.c' }, ['table: expected table or keyspace.table']],
    [{ table: '1a' }, ['table: expected table or keyspace.table']],
    [{ from: 'a,1b' }, ['from.1: expected names of columns, separated by commas']],
    [{ from: '' }, ['from.0: expected names of columns, separated by commas']],
    [{ to: 'a b' }, ['to: expected the name of a column']],
    [{ to: '-a' }, ['to: expected the name of a column']],
  ])('are refused with %j: %j', (params, faults) => {
    expect(lookup(params)).toEqual(faults);
  });
});

describe('the parameters of numeric_static_map', () => {
  it.each([
    ['{"1": 5, "18446744073709551615": "18446744073709551615"}', undefined],
    ['{"01": 5}', 'json.01: Invalid key in record'],
    ['{"x1": 5}', 'json.x1: Invalid key in record'],
    ['{"1x": 5}', 'json.1x: Invalid key in record'],
    ['{"1": -1}', 'json.1: expected a whole number'],
    ['{"1": 1.5}', 'json.1: expected a whole number'],
    ['{"1": true}', 'json.1: expected a whole number'],
    ['{"1": "x1"}', 'json.1: expected a whole number; write it as a text beyond 2^53'],
    ['{"1": "1x"}', 'json.1: expected a whole number; write it as a text beyond 2^53'],
    ['{"1": "18446744073709551616"}', 'json.1: expected at most 2^64 - 1'],
    ['{"1": 5', 'json: expected a text in JSON'],
    ['{"1": 5, "1": 6}', 'json: written twice: /1'],
  ])('with the JSON %s: %s', (json, fault) => {
    const result = parsed('numeric_static_map', { json });
    if (fault === undefined) expect(result).toHaveProperty('json');
    else expect(result).toEqual([expect.stringContaining(fault)]);
  });
});

describe('the parameters of a range', () => {
  it.each([
    ['..=1x', '"..=1x" is not a range of keys: expected e.g. GW-0031..GW-0061=1536'],
    ['..=', '"..=" is not a range of keys: expected e.g. GW-0031..GW-0061=1536'],
    ['..m=1, m..m=2, m..=3', '"m..m=2" holds no key'],
  ])('are refused with the ranges %j: %s', (ranges, fault) => {
    expect(parsed('range', { ranges })).toEqual([`ranges: ${fault}`]);
  });

  it('are compared with the end of all keys before every key', () => {
    expect(compareKeys(undefined, 'a')).toBeLessThan(0);
    expect(compareKeys('a', undefined)).toBeGreaterThan(0);
    expect(compareKeys(undefined, undefined)).toBe(0);
    expect(compareKeys('a', 'a')).toBe(0);
  });
});
