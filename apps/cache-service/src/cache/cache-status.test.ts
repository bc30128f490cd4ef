import { describe, expect, it } from '@jest/globals';
import { cacheStatus } from './cache-status.ts';

describe('cacheStatus', () => {
  const cached = { value: 1, stored: true, stale: false, ttlMs: 29_999, collapsed: false };

  it.each([
    [{ ...cached, from: 'hit-l1' as const }, 'cache-service; hit; ttl=29; detail=l1'],
    [{ ...cached, from: 'hit-l2' as const }, 'cache-service; hit; ttl=29; detail=l2'],
    [{ ...cached, from: 'miss' as const }, 'cache-service; fwd=miss; stored; ttl=29'],
    [
      { ...cached, from: 'miss' as const, collapsed: true },
      'cache-service; fwd=miss; stored; ttl=29; collapsed',
    ],
    [{ ...cached, from: 'miss' as const, stored: false, ttlMs: 0 }, 'cache-service; fwd=miss'],
  ])('formats %j as RFC 9211 defines', (from, field) => {
    expect(cacheStatus(from)).toBe(field);
  });
});
