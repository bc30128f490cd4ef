import { describe, expect, it } from '@jest/globals';
import { RetrySchedule } from './retry-schedule.ts';

const delaysOf = (...ms: number[]) => ms.map((one) => ({ name: `${one}ms`, ms: one }));

describe('a retry schedule', () => {
  it('has one attempt, and one more after each delay', () => {
    const schedule = new RetrySchedule(delaysOf(1_000, 5_000, 30_000));
    expect(schedule.attempts).toBe(4);
    expect([1, 2, 3, 4, 5].map((attempts) => schedule.delayAfter(attempts)?.ms)).toEqual([
      1_000,
      5_000,
      30_000,
      undefined,
      undefined,
    ]);
  });

  it.each([[[]], [[0]], [[-1]], [[1.5]], [[Number.NaN]], [[5, 5]], [[5, 1]], [[Infinity]]])(
    'rejects the delays %j',
    (ms) => {
      expect(() => new RetrySchedule(delaysOf(...ms))).toThrow(RangeError);
    },
  );
});
