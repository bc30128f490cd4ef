import { describe, expect, it } from '@jest/globals';
import { entryOf } from '../conformance/tier.conformance.ts';
import { aged } from './flight.ts';

describe('an entry that was found earlier', () => {
  const found = (ttlMs: number, freshMs: number, agoMs: number) =>
    aged({ entry: entryOf('v', { ttlMs, freshMs }), knownAt: 10_000 - agoMs }, 10_000);

  it('has aged by the time since', () => {
    const { ttlMs = 0, freshMs = 0 } = found(1_000, -500, 300) ?? {};
    expect([ttlMs, freshMs]).toEqual([700, -800]);
  });

  it('is gone when its life is over', () => {
    expect(found(1_000, -500, 1_000)).toBeUndefined();
    expect(aged(undefined, 10_000)).toBeUndefined();
  });
});
