import { describe, expect, it } from '@jest/globals';
import { entryOf } from '../../conformance/tier.conformance.ts';
import { agedNow } from './flight.ts';

describe('an entry that was found earlier', () => {
  const found = (ttlMs: number, freshMs: number, agoMs: number) =>
    agedNow({ entry: entryOf('v', { ttlMs, freshMs }), knownAt: performance.now() - agoMs });

  it('has aged by the time since', () => {
    const { ttlMs = 0, freshMs = 0 } = found(1_000, -500, 300) ?? {};
    expect(ttlMs).toBeLessThanOrEqual(700);
    expect(freshMs).toBeLessThanOrEqual(-800);
    expect(ttlMs - freshMs).toBeCloseTo(1_500);
  });

  it('is gone when its life is over', () => {
    expect(found(1_000, -500, 1_000)).toBeUndefined();
    expect(agedNow(undefined)).toBeUndefined();
  });
});
