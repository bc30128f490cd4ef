import { imul } from './math.ts';

/**
 * The finalizer of MurmurHash3: every bit of the input affects every bit of the result. It is a bijection, so different
 * inputs give different results. Signed, like all hashes in this library: V8 allocates an unsigned result of 2^31 or more
 * unless it inlines the call.
 */
export function mix(hash: number): number {
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
