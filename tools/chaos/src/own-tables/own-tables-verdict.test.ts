import { describe, expect, it } from '@jest/globals';
import { faultsOfOwnTables, type OwnTablesRun } from './own-tables-verdict.ts';
import { RowLedger } from './row-ledger.ts';

const sound: OwnTablesRun = {
  tables: 17,
  ledger: { rows: 1_000, lost: [], duplicated: [], changed: [], untouchedChanged: [] },
  writes: 500,
  failures: [],
  differences: [],
  queues: [8, 8],
  refusals: [{ kind: 'no primary key', said: 'table t' }],
};

describe('the verdict on tables of a fork', () => {
  it('has no faults when all figures agree', () => {
    expect(faultsOfOwnTables(sound)).toEqual([]);
  });

  it.each<[string, Partial<OwnTablesRun>]>([
    ['lost: 1, e.g. a row', { ledger: { ...sound.ledger, lost: ['a row'] } }],
    ['duplicated: 1, e.g. a row', { ledger: { ...sound.ledger, duplicated: ['a row'] } }],
    ['changed: 1, e.g. a row', { ledger: { ...sound.ledger, changed: ['a row'] } }],
    [
      'changed among the rows that must not change: 1, e.g. a row',
      { ledger: { ...sound.ledger, untouchedChanged: ['a row'] } },
    ],
    ['writes failed: 1, e.g. no', { failures: ['no'] }],
    ['differences found before the switch: 1, e.g. slot 1', { differences: ['slot 1'] }],
    ['the queue kept its order in 7 of 8 slots', { queues: [7, 8] }],
    [
      'tables that cannot move were not rejected as they should be: 1, e.g. no slot',
      { refusals: [{ kind: 'no slot', said: undefined }] },
    ],
    ['only 3 rows were written while slots moved, not 200', { writes: 3 }],
  ])('detects: %s', (fault, change) => {
    expect(faultsOfOwnTables({ ...sound, ...change })).toContain(fault);
  });
});

describe('the ledger of rows', () => {
  const at = { table: 'carts', shard: 'shard-1' };
  const ledger = new RowLedger();
  for (const n of [1, 2, 3, 4]) ledger.note('carts', 7, n, `row ${n}`);
  ledger.note('carts', 9, 1, 'quiet');
  ledger.note('carts', 7, 4, undefined);

  it('detects rows that are lost, duplicated, present although removed, or changed', () => {
    const stored = [
      { ...at, slot: 7, n: 1, row: 'row 1' },
      { ...at, slot: 7, n: 1, row: 'row 1', shard: 'shard-2' },
      { ...at, slot: 7, n: 2, row: 'bent' },
      { ...at, slot: 7, n: 4, row: 'row 4' },
      { ...at, slot: 9, n: 1, row: 'overwritten' },
    ];
    expect(ledger.compare(stored, (slot) => slot === 9)).toEqual({
      rows: 4,
      lost: ['carts slot 7 row 3'],
      duplicated: ['carts slot 7 row 1', 'carts slot 7 row 4'],
      changed: ['carts slot 7 row 2', 'carts slot 9 row 1'],
      untouchedChanged: ['carts slot 9 row 1'],
    });
  });
});
