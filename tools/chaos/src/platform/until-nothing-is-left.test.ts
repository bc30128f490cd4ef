import { describe, expect, it } from '@jest/globals';
import { untilNothingIsLeft } from './until-nothing-is-left.ts';

describe('waiting until nothing is left', () => {
  const said: string[] = [];
  const wait = (counts: readonly (number | Error)[], stalledAfterMs: number) => {
    const left = [...counts];
    said.length = 0;
    return untilNothingIsLeft({
      what: 'orders unsettled',
      stalledAfterMs,
      say: (line) => said.push(line.trim()),
      count: () => {
        const next = (left.length > 1 ? left.shift() : left[0]) as number | Error;
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    });
  };

  it('waits while the count decreases, for longer than the stall limit, and while it cannot be counted', async () => {
    expect(await wait([4, 3, new Error('the database is away'), 2, 1, 0], 1_400)).toBe(0);
    expect(said).toEqual([]);
  });

  it('gives up when the count does not decrease, and reports how much is left', async () => {
    expect(await wait([7, 5, 6, 5], 100)).toBe(5);
    expect(said).toEqual(['5 orders unsettled, no decrease for 0.1 s; giving up']);
  });

  it('gives up when the count can never be read', async () => {
    expect(await wait([new Error('the database is away')], 100)).toBe(Number.POSITIVE_INFINITY);
    expect(said).toEqual(['an unknown number of orders unsettled, no decrease for 0.1 s; giving up']);
  });
});
