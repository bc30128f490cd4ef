import { utf8 } from './utf8.ts';

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * MurmurHash3 x86_32 (Austin Appleby, public domain) of the UTF-8 bytes of `key`, as an unsigned 32-bit integer.
 * Not for secrets and not against attackers: whoever picks the keys can make them collide.
 */
export function murmur3(key: string, seed = 0): number {
  const { bytes, length } = utf8(key);
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash ^= scramble(block);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at--) tail = (tail << 8) | bytes[at]!;
  return finalize(hash ^ scramble(tail) ^ length);
}

/** Zero scrambles to zero, so an empty tail needs no case of its own. */
function scramble(block: number): number {
  const mixed = Math.imul(block, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

/** Lets every bit of the input reach every bit of the hash. */
function finalize(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
