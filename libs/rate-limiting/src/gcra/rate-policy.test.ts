import { describe, expect, it } from '@jest/globals';
import { localShare, ratePolicy } from './rate-policy.ts';

describe('a rate policy', () => {
  it.each([
    ['a name with a colon', { name: 'a:b', capacity: 1, ratePerSecond: 1 }, 'name'],
    ['an empty name', { name: '', capacity: 1, ratePerSecond: 1 }, 'name'],
    ['a name that starts with a dash', { name: '-a', capacity: 1, ratePerSecond: 1 }, 'name'],
    ['a name with capitals', { name: 'aB', capacity: 1, ratePerSecond: 1 }, 'name'],
    ['a name of 65 characters', { name: 'a'.repeat(65), capacity: 1, ratePerSecond: 1 }, 'name'],
    [
      'a capacity larger than the maximum of 1e9',
      { name: 'a', capacity: 1e9 + 1, ratePerSecond: 1e5 },
      'capacity',
    ],
    ['a capacity of 0', { name: 'a', capacity: 0, ratePerSecond: 1 }, 'capacity'],
    ['a fractional capacity', { name: 'a', capacity: 1.5, ratePerSecond: 1 }, 'capacity'],
    ['a rate of 0', { name: 'a', capacity: 1, ratePerSecond: 0 }, 'ratePerSecond'],
    ['a negative rate', { name: 'a', capacity: 1, ratePerSecond: -1 }, 'ratePerSecond'],
    ['a rate that is NaN', { name: 'a', capacity: 1, ratePerSecond: Number.NaN }, 'ratePerSecond'],
    ['a rate finer than the clock', { name: 'a', capacity: 1, ratePerSecond: 1e7 }, 'ratePerSecond'],
    [
      'a bucket that refills in three centuries',
      { name: 'a', capacity: 1e9, ratePerSecond: 0.1 },
      'capacity / ratePerSecond',
    ],
  ])('rejects %s', (_, options, named) => {
    const mistake = { code: 'invalid-rate-policy', retryable: false };
    expect(() => ratePolicy(options)).toThrow(expect.objectContaining(mistake));
    expect(() => ratePolicy(options)).toThrow(new RegExp(`^${named}: expected`));
  });

  it('accepts the longest name, the largest capacity and the highest rate', () => {
    const limits = { name: 'a'.repeat(64), capacity: 1e9, ratePerSecond: 1e5 };
    expect(ratePolicy(limits)).toEqual({
      ...limits,
      whenStoreFails: 'local-share',
      shadow: false,
      intervalMicros: 10,
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(ratePolicy({ name: 'a', capacity: 1, ratePerSecond: 1 }))).toBe(true);
  });

  it('rounds its interval up, so that it never admits more than the rate', () => {
    expect(ratePolicy({ name: 'a', capacity: 1, ratePerSecond: 500 }).intervalMicros).toBe(2_000);
    expect(ratePolicy({ name: 'a', capacity: 1, ratePerSecond: 3 }).intervalMicros).toBe(333_334);
  });

  it('is divided into shares of at least one unit', () => {
    const policy = ratePolicy({ name: 'a', capacity: 5, ratePerSecond: 10, whenStoreFails: 'local-share' });
    expect(localShare(policy, 2)).toMatchObject({ capacity: 2, ratePerSecond: 5 });
    expect(localShare(policy, 8).capacity).toBe(1);
  });
});
