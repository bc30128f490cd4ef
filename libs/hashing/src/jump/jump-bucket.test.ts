import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jumpBucket } from './jump-bucket.ts';

/** The code of the paper, in 64-bit arithmetic. */
function reference(key: bigint, buckets: number): number {
  let [b, j] = [-1, 0];
  while (j < buckets) {
    b = j;
    key = BigInt.asUintN(64, key * 2862933555777941757n + 1n);
    j = Math.floor((b + 1) * (2 ** 31 / Number((key >> 33n) + 1n)));
  }
  return b;
}

describe('the jump hash', () => {
  it.each([
    [1n, 1, 0],
    [42n, 57, 43],
    [0xdead10ccn, 1, 0],
    [0xdead10ccn, 666, 361],
    [256n, 1_024, 520],
  ])('of %d among %d buckets is %d', (key, buckets, bucket) => {
    expect(reference(key, buckets)).toBe(bucket);
    expect(jumpBucket(0, Number(key), buckets)).toBe(bucket);
  });

  it('of no buckets is -1', () => {
    expect(jumpBucket(0, 42, 0)).toBe(-1);
  });

  it('equals the reference in 64-bit arithmetic for every key', () => {
    const key = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 100_000 }), (key, buckets) => {
        const halves = [Number(key >> 32n), Number(key & 0xffffffffn)] as const;
        expect(jumpBucket(...halves, buckets)).toBe(reference(key, buckets));
      }),
      { numRuns: 1_000 },
    );
  });

  // The low half carries when it becomes 0 after adding 1: this is so for (2^32 - 1) / multiplier modulo 2^32.
  it('carries from the low half into the high half', () => {
    const inverse = modularInverse(0x87b0b0fdn);
    const low = BigInt.asUintN(32, -inverse);
    expect(BigInt.asUintN(32, low * 0x87b0b0fdn)).toBe(0xffffffffn);
    for (const high of [0n, 1n, 0xdeadbeefn]) {
      const key = (high << 32n) | low;
      expect(jumpBucket(Number(high), Number(low), 1_000_000)).toBe(reference(key, 1_000_000));
    }
  });
});

/** Newton's iteration doubles the correct bits: 3, 6, 12, 24, 48. */
function modularInverse(odd: bigint): bigint {
  let inverse = odd;
  for (let step = 0; step < 5; step++) inverse = BigInt.asUintN(32, inverse * (2n - odd * inverse));
  return inverse;
}
