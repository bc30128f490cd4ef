import { describe, expect, it } from '@jest/globals';
import { absentCacheControl, sharedCacheControl } from './cache-control.ts';

describe('Cache-Control', () => {
  it.each([
    [29_999, 'public, max-age=0, s-maxage=29, stale-while-revalidate=5, stale-if-error=300'],
    [1_001, 'public, max-age=0, s-maxage=1, stale-while-revalidate=5, stale-if-error=300'],
    [1_000, 'no-cache'],
    [0, 'no-cache'],
  ])('of an entry with %i ms left is %s', (ttlMs, expected) => {
    expect(sharedCacheControl(ttlMs)).toBe(expected);
  });

  it.each([
    [4_500, 'public, max-age=0, s-maxage=4'],
    [1_000, 'no-store'],
  ])('of an absent resource with %i ms left is %s', (ttlMs, expected) => {
    expect(absentCacheControl(ttlMs)).toBe(expected);
  });
});
