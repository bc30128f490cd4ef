import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.ts';

describe('the pace of copying', () => {
  it('rests in proportion to the time a batch took', () => {
    const pace = new Pace({ rowsPerSecond: 1_000_000, dutyCycle: 0.25 });
    expect(pace.pauseMs(500, 20)).toBe(60);
    expect(pace.pauseMs(500, 200)).toBe(600);
  });

  it('keeps to the rows a second, however fast the databases are', () => {
    const pace = new Pace({ rowsPerSecond: 5_000, dutyCycle: 1 });
    expect(pace.pauseMs(500, 20)).toBe(80);
    expect(pace.pauseMs(500, 200)).toBe(0);
  });
});
