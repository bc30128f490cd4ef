import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.ts';
import { errorKindOf } from './error-kind.ts';
import { RetryPolicy } from './retry-policy.ts';

const steady = { firstMs: 100, factor: 2, maxMs: 1_000, jitter: 0 };
const policy = new RetryPolicy({ attempts: 4, backoff: steady, holdBackoff: { ...steady, maxMs: 300 } });

describe('a retry policy', () => {
  it('retries with growing delays and gives up after the last attempt', () => {
    const decisions = [1, 2, 3, 4].map((attempts) => policy.decide(new Error('no'), { attempts, holds: 1 }));
    expect(decisions).toEqual([
      { kind: 'retry', afterMs: 100 },
      { kind: 'retry', afterMs: 200 },
      { kind: 'retry', afterMs: 400 },
      { kind: 'dead-letter' },
    ]);
  });

  it('gives up at once on a permanent error', () => {
    const error = Object.assign(new Error('no'), { retryable: false });
    expect(policy.decide(error, { attempts: 1, holds: 1 })).toEqual({ kind: 'dead-letter' });
  });

  it('waits for infrastructure without a limit', () => {
    const error = Object.assign(new Error('no'), { retryable: true, infrastructure: true });
    expect(policy.decide(error, { attempts: 99, holds: 1 })).toEqual({ kind: 'hold', afterMs: 100 });
    expect(policy.decide(error, { attempts: 99, holds: 1_000_000 })).toEqual({ kind: 'hold', afterMs: 300 });
  });

  it('never gives up with infinite attempts', () => {
    const stubborn = new RetryPolicy({ attempts: Infinity, backoff: steady });
    expect(stubborn.decide(new Error('no'), { attempts: 1e9, holds: 1 })).toEqual({
      kind: 'retry',
      afterMs: 1_000,
    });
  });

  it('by default makes five attempts and waits at most 10 seconds between them', () => {
    const usual = new RetryPolicy();
    const fails = (attempts: number) => usual.decide(new Error('no'), { attempts, holds: 1 });
    const [first, fourth] = [fails(1), fails(4)] as { afterMs: number }[];
    expect([first!.afterMs >= 80, first!.afterMs <= 100]).toEqual([true, true]);
    expect([fourth!.afterMs >= 640, fourth!.afterMs <= 800]).toEqual([true, true]);
    expect(fails(5)).toEqual({ kind: 'dead-letter' });
    const longest = new RetryPolicy({ attempts: Infinity });
    const { afterMs } = longest.decide(new Error('no'), { attempts: 99, holds: 1 }) as { afterMs: number };
    expect([afterMs >= 8_000, afterMs <= 10_000]).toEqual([true, true]);
    expect([usual.hold(1).afterMs >= 80, usual.hold(1).afterMs <= 100]).toEqual([true, true]);
    expect([usual.hold(99).afterMs >= 4_000, usual.hold(99).afterMs <= 5_000]).toEqual([true, true]);
  });

  it('gives up after the first attempt when it is configured with one attempt', () => {
    const once = new RetryPolicy({ attempts: 1 });
    expect(once.decide(new Error('no'), { attempts: 1, holds: 1 })).toEqual({ kind: 'dead-letter' });
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects %s attempts', (attempts) => {
    expect(() => new RetryPolicy({ attempts })).toThrow(RangeError);
  });

  it.each([
    { firstMs: 0 },
    { firstMs: Number.NaN },
    { firstMs: Infinity },
    { firstMs: Infinity, maxMs: Infinity },
    { factor: 0.5 },
    { factor: Infinity },
    { maxMs: 50 },
    { maxMs: Infinity },
    { jitter: 2 },
    { jitter: -0.1 },
  ])('rejects the backoff %j, whose timers would fire at once or never', (fault) => {
    expect(() => new Backoff({ ...steady, ...fault })).toThrow(RangeError);
  });

  it.each([{ factor: 1 }, { maxMs: 100 }])('uses a constant delay for %j', (same) => {
    const backoff = new Backoff({ ...steady, ...same });
    expect([1, 2, 9].map((failures) => backoff.delayMs(failures))).toEqual([100, 100, 100]);
  });

  it('accepts a jitter of 1, which can reduce a delay to zero', () => {
    expect(new Backoff({ ...steady, jitter: 1 }).delayMs(1)).toBeLessThanOrEqual(100);
  });

  it('spreads delays within the jitter', () => {
    const delays = Array.from({ length: 200 }, () => new Backoff({ ...steady, jitter: 0.5 }).delayMs(2));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(200);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  it.each([
    [new Error('silent'), 'retryable'],
    [undefined, 'retryable'],
    [null, 'retryable'],
    ['thrown text', 'retryable'],
    [{ retryable: true }, 'retryable'],
    [{ retryable: true, infrastructure: true }, 'infrastructure'],
    [{ infrastructure: true }, 'retryable'],
    [{ retryable: false, infrastructure: true }, 'permanent'],
  ])('classifies %j as %s', (error, kind) => {
    expect(errorKindOf(error)).toBe(kind);
  });
});
