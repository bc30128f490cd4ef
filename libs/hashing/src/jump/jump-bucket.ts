import { floor, imul } from '../math.ts';

// The multiplier of the linear congruential generator, 2862933555777941757, in parts.
const HIGH = 0x27bb2ee6;
const LOW = 0x87b0b0fd;
const LOW_HIGH = LOW >>> 16;
const LOW_LOW = LOW & 0xffff;

/**
 * Jump consistent hash (Lamping & Veach, 2014). Returns the bucket, 0 … buckets - 1, of a 64-bit key that is given as two
 * halves, or -1 when there are no buckets. When n buckets become n + 1, a key keeps its bucket or moves to the new one. The
 * key has two halves because a JavaScript number cannot hold 64 bits, and each step would allocate a BigInt.
 */
export function jumpBucket(high: number, low: number, buckets: number): number {
  high |= 0;
  low |= 0;
  let bucket = -1;
  let next = 0;
  while (next < buckets) {
    bucket = next;
    const product = imul(low, LOW);
    // (high, low) = (high, low) · multiplier + 1, modulo 2^64
    high = (imul(high, LOW) + imul(low, HIGH) + highOfProduct(low)) | 0;
    low = (product + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
    next = floor((bucket + 1) * (2 ** 31 / ((high >>> 1) + 1)));
  }
  return bucket;
}

/** Returns the upper half of `value · LOW`, with both factors unsigned. */
function highOfProduct(value: number): number {
  const high = value >>> 16;
  const low = value & 0xffff;
  const middle = high * LOW_LOW + ((low * LOW_LOW) >>> 16);
  const other = low * LOW_HIGH + (middle % 65_536);
  return (high * LOW_HIGH + floor(middle / 65_536) + floor(other / 65_536)) | 0;
}
