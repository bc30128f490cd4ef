import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.ts';

describe('the pace of copying', () => {
  it('pauses in proportion to the time of a batch', () => {
    const pace = new Pace({ rowsPerSecond: 1_000_000, dutyCycle: 0.25 });
    expect(pace.pauseMs(500, 20)).toBe(60);
    expect(pace.pauseMs(500, 200)).toBe(600);
  });

  it('stays below the limit of rows a second on fast databases', () => {
    const pace = new Pace({ rowsPerSecond: 5_000, dutyCycle: 1 });
    expect(pace.pauseMs(500, 20)).toBe(80);
    expect(pace.pauseMs(500, 200)).toBe(0);
  });
});
