import { describe, expect, it } from '@jest/globals';
import { comparePositions } from './compare-positions.ts';
import { type SortType, type SortValue, type SortColumn } from './sort-order.ts';

function sorted(column: Omit<SortColumn, 'name'>, values: SortValue[]): SortValue[] {
  const compare = comparePositions([{ name: 'any', ...column }]);
  return values.toSorted((one, other) => compare([one], [other]));
}

describe('comparing positions', () => {
  it.each<[SortType, SortValue[]]>([
    ['bigint', ['-10', '-9', '0', '9', '10', '9007199254740993', '9007199254740994']],
    ['id', ['9', '10', '9223372036854775806', '9223372036854775807']],
    ['timestamp', [new Date(0), new Date(1), new Date(Date.UTC(2026, 0))]],
    // By UTF-8 bytes: Postgres's "C", which neither UTF-16 units nor a language's rules agree with.
    ['text', ['', 'B', 'a', 'é', '～', '💥']],
  ])('puts values of %s in the order of the database', (type, ascending) => {
    expect(sorted({ type, direction: 'asc' }, ascending.toReversed())).toEqual(ascending);
    expect(sorted({ type, direction: 'desc' }, ascending)).toEqual(ascending.toReversed());
  });

  it('puts NULLs where they are told to be, whatever the direction', () => {
    const values = ['2', null, '1', null];
    const by = (direction: 'asc' | 'desc', nulls: 'first' | 'last') =>
      sorted({ type: 'bigint', direction, nulls }, values);
    expect(by('asc', 'first')).toEqual([null, null, '1', '2']);
    expect(by('asc', 'last')).toEqual(['1', '2', null, null]);
    expect(by('desc', 'first')).toEqual([null, null, '2', '1']);
    expect(by('desc', 'last')).toEqual(['2', '1', null, null]);
  });

  it('lets a later column decide between equal ones, NULLs included, each in its own direction', () => {
    const compare = comparePositions([
      { name: 'total', type: 'bigint', direction: 'desc', nulls: 'last' },
      { name: 'id', type: 'id', direction: 'asc' },
    ]);
    const ascending: SortValue[][] = [
      ['7', '1'],
      ['7', '2'],
      ['5', '1'],
      [null, '1'],
      [null, '2'],
    ];
    expect(ascending.toReversed().sort(compare)).toEqual(ascending);
    expect(compare([null, '1'], [null, '1'])).toBe(0);
  });
});
