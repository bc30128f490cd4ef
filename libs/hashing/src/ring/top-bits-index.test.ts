import { describe, expect, it } from '@jest/globals';
import { indexTopBits } from './top-bits-index.ts';

describe('the index of the top bits', () => {
  it.each([0, 1, 2, 3, 1_000, 1_024, 1_025])(
    'of %d points has at least one entry for each point',
    (points) => {
      const { starts, shift } = indexTopBits(new Uint32Array(points));
      expect(starts.length).toBeGreaterThanOrEqual(points);
      expect(starts.length).toBe(2 ** (32 - shift));
    },
  );

  it('names the first point whose top bits are at least as high', () => {
    const { starts, shift } = indexTopBits(Uint32Array.of(1, 2 ** 31, 2 ** 31 + 1));
    expect([shift, ...starts]).toEqual([30, 0, 1, 1, 3]);
  });
});
