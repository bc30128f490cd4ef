import { describe, expect, it } from '@jest/globals';
import { pauseOf, type Switch } from './switches.ts';

const switched = (slot: number, pauseMs: number): Switch => ({ slot, pauseMs, at: 0 });

describe('the pause of a slot', () => {
  it('is computed over every switch, one entry for each switch of a slot', () => {
    const switches = Array.from({ length: 100 }, (_, n) => switched(n % 50, n + 1));
    expect(pauseOf(switches)).toEqual({ p50: 50, p99: 99, max: 100 });
  });

  it('is undefined, not zero, when no slot was switched', () => {
    expect(pauseOf([])).toBeUndefined();
  });
});
