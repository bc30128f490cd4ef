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
    // By UTF-8 bytes, as the collation "C" of Postgres. UTF-16 units and the rules of a language give other orders.
    ['text', ['', 'B', 'a', 'é', '～', '💥']],
  ])('orders values of %s as the database does', (type, ascending) => {
    expect(sorted({ type, direction: 'asc' }, ascending.toReversed())).toEqual(ascending);
    expect(sorted({ type, direction: 'desc' }, ascending)).toEqual(ascending.toReversed());
  });

  it('orders NULLs first or last as configured, in both directions', () => {
    const values = ['2', null, '1', null];
    const by = (direction: 'asc' | 'desc', nulls: 'first' | 'last') =>
      sorted({ type: 'bigint', direction, nulls }, values);
    expect(by('asc', 'first')).toEqual([null, null, '1', '2']);
    expect(by('asc', 'last')).toEqual(['1', '2', null, null]);
    expect(by('desc', 'first')).toEqual([null, null, '2', '1']);
    expect(by('desc', 'last')).toEqual(['2', '1', null, null]);
  });

  it('compares equal values, including NULLs, by the next column in the direction of that column', () => {
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
