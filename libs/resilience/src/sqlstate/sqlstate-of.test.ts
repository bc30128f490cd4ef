import { describe, expect, it } from '@jest/globals';
import { meaningOfSqlstate } from './sqlstate-meanings.ts';
import { sqlStateOf } from './sqlstate-of.ts';

describe('the SQLSTATE of an error', () => {
  it.each([
    ['of the driver', { code: '23505' }, '23505'],
    ['that TypeORM has wrapped', { driverError: { code: '57P01' } }, '57P01'],
    ['of the system', { code: 'EPIPE' }, undefined],
    ['with a longer code', { code: 'ECONNREFUSED1' }, undefined],
    ['without a code', new Error('timeout'), undefined],
    ['that is not an object', undefined, undefined],
  ])('is read from an error %s', (_what, error, state) => {
    expect(sqlStateOf(error)).toBe(state);
  });

  it.each([
    ['08006', 'unavailable'],
    ['08P01', undefined],
    ['22P02', 'refused'],
    ['23505', undefined],
    ['25P03', 'unavailable'],
    ['25P04', 'overloaded'],
    ['40001', 'conflict'],
    ['40002', undefined],
    ['53200', 'exhausted'],
    ['53100', 'unavailable'],
    ['53300', 'overloaded'],
    ['54011', 'refused'],
    ['55P03', 'conflict'],
    ['57014', 'overloaded'],
    ['58030', 'unavailable'],
    ['58P01', undefined],
  ] as const)('%s means %s', (state, meaning) => {
    expect(meaningOfSqlstate(state)).toBe(meaning);
  });
});
