import { describe, expect, it } from '@jest/globals';
import { GradientLimit, type GradientLimitOptions } from './gradient-limit.ts';
import { medianOf } from './median-of.ts';

/** Creates a limit that needs 4 calls for each measurement and adjustment, and a way to observe calls. */
function limitOf(options: GradientLimitOptions = {}) {
  const limit = new GradientLimit({ initial: 16, min: 2, samples: 4, random: () => 0, ...options });
  let nowMs = 0;
  const observe = (durations: readonly number[], { inFlight = 2, wasDropped = false } = {}) => {
    for (const durationMs of durations) {
      nowMs += 40;
      limit.observe({ durationMs, inFlight, wasDropped }, nowMs);
    }
  };
  const measured = (durationMs = 10) => observe(Array<number>(4).fill(durationMs));
  return { limit, observe, measured, wait: (ms: number) => (nowMs += ms) };
}

describe('the gradient limit', () => {
  it('first allows few calls, until it knows how long a call takes without load', () => {
    const { limit, observe } = limitOf();
    expect(limit.current).toBe(2);
    observe([10, 10, 10]);
    expect(limit.current).toBe(2);
    observe([10]);
    expect(limit.current).toBe(16);
  });

  it('does not measure with calls that started under load', () => {
    const { limit, observe } = limitOf();
    observe([500, 500, 500, 500], { inFlight: 3 });
    expect(limit.current).toBe(2);
    observe([10, 10, 10, 10], { inFlight: 2 });
    expect(limit.current).toBe(16);
  });

  it('measures again when most calls of the measurement were dropped', () => {
    const { limit, observe } = limitOf();
    observe([10, 10]);
    observe([0, 0], { wasDropped: true });
    expect(limit.current).toBe(2);
    observe([10, 10, 10]);
    observe([0], { wasDropped: true });
    expect(limit.current).toBe(16);
  });

  it.each([
    ['grows while calls take as long as without load', 10, Math.floor(16 * 1.25 + Math.sqrt(16 * 1.25))],
    ['stays where queueing and room balance', 50 / 3, 15],
    ['shrinks to half at most when calls queue', 1_000, Math.floor(8 + Math.sqrt(8))],
    ['grows to twice at most', 1, Math.floor(32 + Math.sqrt(32))],
  ])('%s', (_name, durationMs, expected) => {
    const { limit, observe, measured } = limitOf();
    measured();
    observe(Array<number>(4).fill(durationMs), { inFlight: 16 });
    expect(limit.current).toBe(expected);
  });

  it('counts the median: few slow calls do not matter', () => {
    const { limit, observe, measured } = limitOf();
    measured();
    observe([10, 10, 5_000, 10], { inFlight: 16 });
    expect(limit.current).toBe(24);
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 3, 2]), medianOf([7])]).toEqual([2, 2, 7]);
  });

  it('shrinks when half of the calls are dropped, however fast the others are', () => {
    const { limit, observe, measured } = limitOf();
    measured();
    observe([1, 1], { inFlight: 16 });
    observe([0, 0], { inFlight: 16, wasDropped: true });
    expect(limit.current).toBe(10);
  });

  it('does not grow while it is not used, but it shrinks', () => {
    const { limit, observe, measured } = limitOf();
    measured();
    observe([10, 10, 10, 10], { inFlight: 7 });
    expect(limit.current).toBe(16);
    observe([10, 10, 10, 10], { inFlight: 8 });
    expect(limit.current).toBe(24);
    observe([1_000, 1_000, 1_000, 1_000], { inFlight: 1 });
    expect(limit.current).toBe(15);
  });

  it('stays between its bounds', () => {
    const { limit, observe, measured } = limitOf({ max: 20, measureEveryMs: 1e9 });
    measured();
    observe([10, 10, 10, 10], { inFlight: 16 });
    expect(limit.current).toBe(20);
    for (let times = 0; times < 4; times += 1) observe([1e6, 1e6, 1e6, 1e6], { inFlight: 20 });
    expect(limit.current).toBeLessThan(8);
  });

  it('is adjusted once in its interval, with all calls of that interval', () => {
    const { limit, observe, measured } = limitOf({ adjustEveryMs: 280 });
    measured();
    observe([10, 10, 10, 10, 10, 10, 10], { inFlight: 16 });
    expect(limit.current).toBe(16);
    observe([10], { inFlight: 16 });
    expect(limit.current).toBe(24);
  });

  it('measures again after its interval, and keeps its limit meanwhile', () => {
    const { limit, observe, measured, wait } = limitOf({ measureEveryMs: 1_000 });
    measured(10);
    wait(1_000);
    observe([10, 10, 10, 10], { inFlight: 16 });
    expect(limit.current).toBe(2);
    measured(20);
    expect(limit.current).toBe(24);
    // Twice as long counts as unloaded now.
    observe([20, 20, 20, 20], { inFlight: 24 });
    expect(limit.current).toBe(36);
  });

  it('measures exactly when its interval has passed', () => {
    const { limit, observe, measured, wait } = limitOf({ measureEveryMs: 1_000 });
    measured();
    wait(840);
    observe([10, 10, 10], { inFlight: 16 });
    expect(limit.current).toBe(16);
    observe([10], { inFlight: 16 });
    expect(limit.current).toBe(2);
  });

  it('accepts a limit of one call, adjusted with one call', () => {
    const { limit, measured } = limitOf({ initial: 1, min: 1, max: 1, samples: 1 });
    measured();
    expect(limit.current).toBe(1);
  });

  it('spreads its measurements: each process measures a little later', () => {
    const { limit, observe, measured, wait } = limitOf({ measureEveryMs: 1_000, random: () => 1 });
    measured();
    wait(900);
    observe([10, 10, 10, 10], { inFlight: 16 });
    expect(limit.current).toBe(24);
    wait(100);
    observe([10, 10, 10, 10], { inFlight: 24 });
    expect(limit.current).toBe(2);
  });

  it('measures early when it stays at its minimum: the peer may have become slower', () => {
    const { limit, observe, measured } = limitOf({ initial: 2 });
    measured(10);
    for (let times = 0; times < 5; times += 1) observe([1_000, 1_000, 1_000, 1_000]);
    measured(1_000);
    expect(limit.current).toBe(2);
    observe([1_000, 1_000, 1_000, 1_000]);
    expect(limit.current).toBe(4);
  });

  it('works with calls that take no time', () => {
    const { limit, observe, measured } = limitOf();
    measured(0);
    observe([0, 0, 0, 0], { inFlight: 16 });
    expect(limit.current).toBe(24);
  });

  it.each([
    [{ initial: 0 }, 'initial'],
    [{ min: 0 }, 'min'],
    [{ min: 1.5 }, 'min'],
    [{ max: Infinity }, 'max'],
    [{ samples: 0 }, 'samples'],
    [{ tolerance: -1 }, 'tolerance'],
    [{ tolerance: NaN }, 'tolerance'],
    [{ adjustEveryMs: Infinity }, 'adjustEveryMs'],
    [{ measureEveryMs: -1 }, 'measureEveryMs'],
    [{ min: 10, initial: 5 }, 'min <= initial <= max'],
    [{ initial: 20, max: 10 }, 'min <= initial <= max'],
  ])('refuses the options %j, and names what is wrong', (options, named) => {
    expect(() => new GradientLimit(options)).toThrow(named);
    expect(() => new GradientLimit(options)).toThrow(RangeError);
  });
});
