import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { averageOf, count, maximum, minimum, sum } from './aggregates.ts';
import { mergeColumns, mergeGroups } from './merge-groups.ts';

const aggregates = { rows: count, values: count, sum, least: minimum, greatest: maximum };

/** The answer of one database for these rows. */
function aggregated(rows: readonly (bigint | null)[]) {
  const values = rows.filter((value) => value !== null).sort((one, other) => (one < other ? -1 : 1));
  return {
    rows: BigInt(rows.length),
    values: BigInt(values.length),
    sum: values.length === 0 ? null : values.reduce((one, other) => one + other),
    least: values[0] ?? null,
    greatest: values.at(-1) ?? null,
  };
}

describe('merging aggregates of shards', () => {
  const someRows = fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })));

  it('equals the aggregates of one database, including NULLs, empty shards and sums beyond 64 bits', () => {
    fc.assert(
      fc.property(fc.array(someRows), (shards) => {
        expect(mergeColumns(shards.map(aggregated), aggregates)).toEqual(aggregated(shards.flat()));
      }),
    );
  });

  it('merges groups by their key, including groups that some shards do not have', () => {
    const shards = [
      [['pending', aggregated([1n, 2n])] as const, ['confirmed', aggregated([null])] as const],
      [['confirmed', aggregated([7n])] as const],
    ];
    expect(mergeGroups(shards.flat(), aggregates)).toEqual(
      new Map([
        ['pending', aggregated([1n, 2n])],
        ['confirmed', aggregated([null, 7n])],
      ]),
    );
  });

  it('computes an average from sums and counts, not from averages', () => {
    const shards = [[0n, 0n, 0n], [100n]].map(aggregated);
    const merged = mergeColumns(shards, aggregates);
    expect(averageOf(merged.sum, merged.values)).toBe(25n);
  });

  it.each([minimum, maximum, sum])(
    'keeps a value beside a shard without values, on either side',
    (aggregate) => {
      for (const value of [-5n, 0n, 5n]) {
        expect(aggregate.merge(value, null)).toBe(value);
        expect(aggregate.merge(null, value)).toBe(value);
      }
      expect(aggregate.merge(aggregate.empty, aggregate.empty)).toBeNull();
    },
  );

  it.each<[bigint | null, bigint, bigint | null]>([
    [null, 0n, null],
    [null, 3n, null],
    [0n, 0n, null],
    [0n, 3n, 0n],
    [7n, 2n, 4n],
    [-7n, 2n, -4n],
    [10n, 3n, 3n],
    [11n, 3n, 4n],
    [2n ** 64n, 2n, 2n ** 63n],
  ])('averages the sum %s of %s values to %s, as round(avg()) does', (total, values, average) => {
    expect(averageOf(total, values)).toBe(average);
  });
});
