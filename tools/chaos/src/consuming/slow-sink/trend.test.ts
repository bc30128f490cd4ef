import { describe, expect, it } from '@jest/globals';
import { trendOf } from './trend.ts';

const MIB = 1_024 * 1_024;

/** One point for each second. */
function pointsOf(seconds: number, bytesAt: (second: number) => number) {
  return Array.from({ length: seconds }, (_, second) => ({ atMs: second * 1_000, bytes: bytesAt(second) }));
}

describe('a trend of memory', () => {
  it('is its slope, and its growth above the start value', () => {
    const trend = trendOf(pointsOf(121, (second) => 100 * MIB + (second * MIB) / 60));
    expect(trend.points).toBe(121);
    expect(trend.slopeBytes / MIB).toBeCloseTo(1);
    expect(trend.startBytes / MIB).toBeCloseTo(100.1);
    expect(trend.growthBytes / MIB).toBeCloseTo(1.9);
  });

  it('has a slope near zero when memory goes up and down', () => {
    const trend = trendOf(pointsOf(120, (second) => 100 * MIB + (second % 10) * MIB));
    expect(Math.abs(trend.slopeBytes / MIB)).toBeLessThan(0.5);
    expect(trend.growthBytes / MIB).toBeLessThan(9);
  });

  it('shows a single peak as growth, and hardly as slope', () => {
    const trend = trendOf(pointsOf(120, (second) => (second === 60 ? 180 : 100) * MIB));
    expect(trend.growthBytes / MIB).toBe(80);
    expect(trend.slopeBytes / MIB).toBeCloseTo(0, 1);
  });

  it('is zero without points', () => {
    expect(trendOf([])).toEqual({ points: 0, startBytes: 0, growthBytes: 0, slopeBytes: 0 });
  });
});
