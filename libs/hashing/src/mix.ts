import { imul } from './math.ts';

/**
 * The finalizer of MurmurHash3: every bit of the input reaches every bit of the result. It is a bijection, so two inputs never
 * give one result. Signed, as all hashes in here: an unsigned one beyond 2^31 is allocated wherever its call is not inlined.
 */
export function mix(hash: number): number {
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
