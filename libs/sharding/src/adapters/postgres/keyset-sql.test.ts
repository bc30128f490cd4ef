import { describe, expect, it } from '@jest/globals';
import { type Position, type SortColumn, type SortOrder } from '../../cursor/sort-order.ts';
import { keysetRanges, orderBySql } from './keyset-sql.ts';

const at = new Date(0);
const id = (direction: 'asc' | 'desc'): SortColumn => ({ name: 'id', type: 'id', direction });
const time = (direction: 'asc' | 'desc', nulls?: 'first' | 'last'): SortColumn => ({
  name: 'at',
  type: 'timestamp',
  direction,
  ...(nulls && { nulls }),
});

describe('the rows after a position', () => {
  it.each<[string, SortOrder, Position, string[]]>([
    [
      'one row comparison',
      [time('desc'), id('desc')],
      [at, '7'],
      ['(at, id) < ($3::timestamptz, $4::bigint)'],
    ],
    [
      'mixed directions',
      [time('desc'), id('asc')],
      [at, '7'],
      ['at = $3::timestamptz and id > $4::bigint', 'at < $3::timestamptz'],
    ],
    [
      'NULLs after the position',
      [time('asc', 'last'), id('asc')],
      [at, '7'],
      ['(at, id) > ($3::timestamptz, $4::bigint)', 'at is null'],
    ],
    [
      'NULLs before the position',
      [time('desc', 'first'), id('desc')],
      [at, '7'],
      ['(at, id) < ($3::timestamptz, $4::bigint)'],
    ],
    [
      'among the first NULLs',
      [time('desc', 'first'), id('desc')],
      [null, '7'],
      ['at is null and id < $3::bigint', 'at is not null'],
    ],
    [
      'among the last NULLs',
      [time('asc', 'last'), id('asc')],
      [null, '7'],
      ['at is null and id > $3::bigint'],
    ],
    [
      'a NULL in the middle',
      [{ name: 'total', type: 'bigint', direction: 'asc' }, time('asc', 'last'), id('asc')],
      ['5', at, '7'],
      [
        'total = $3::bigint and (at, id) > ($4::timestamptz, $5::bigint)',
        'total = $3::bigint and at is null',
        'total > $3::bigint',
      ],
    ],
  ])('%s', (_what, order, position, conditions) => {
    expect(keysetRanges(order, position, 3)).toEqual({
      conditions,
      values: position.filter((value) => value !== null),
    });
  });

  it('compare text by its bytes, both in the order and in the ranges', () => {
    const order: SortOrder = [{ name: 'name', type: 'text', direction: 'asc', nulls: 'last' }, id('asc')];
    expect(orderBySql(order)).toBe('name collate "C" asc nulls last, id asc');
    expect(keysetRanges(order, ['a', '7'], 1).conditions).toEqual([
      '(name collate "C", id) > ($1::text, $2::bigint)',
      'name collate "C" is null',
    ]);
  });
});
