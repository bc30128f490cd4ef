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

  it('goes on while it becomes less, longer than it waits for what stands still, and over what cannot be counted', async () => {
    expect(await wait([4, 3, new Error('the database is away'), 2, 1, 0], 1_400)).toBe(0);
    expect(said).toEqual([]);
  });

  it('gives up when it becomes no less, and says how much is left', async () => {
    expect(await wait([7, 5, 6, 5], 100)).toBe(5);
    expect(said).toEqual(['5 orders unsettled, and no fewer for 0.1 s: given up']);
  });

  it('gives up on what can never be counted', async () => {
    expect(await wait([new Error('the database is away')], 100)).toBe(Number.POSITIVE_INFINITY);
    expect(said).toEqual(['an unknown number of orders unsettled, and no fewer for 0.1 s: given up']);
  });
});
