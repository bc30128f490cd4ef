import { imul } from './math.ts';
import { mix } from './mix.ts';
import { utf8 } from './utf8.ts';

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * Returns MurmurHash3 x86_32 (Austin Appleby, public domain) of the UTF-8 bytes of `key`, as an unsigned 32-bit integer.
 * Do not use it for secrets or as a protection against attackers: an attacker who chooses the keys can make them collide.
 */
export function murmur3(key: string, seed = 0): number {
  return hashOf(key, seed) >>> 0;
}

/**
 * Returns the same hash as a signed integer, for lookups (see `mix`).
 *
 * The code units of an ASCII key are its UTF-8 bytes, so they are hashed while they are read. Compared with a copy into a
 * buffer first, this takes 30 ns instead of 39 ns for 10 characters, and 70 ns instead of 100 ns for 44. (xxHash32, written
 * the same way, took 30 and 73 ns.)
 */
export function hashOf(key: string, seed = 0): number {
  const { length } = key;
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  let seen = 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    const a = key.charCodeAt(at);
    const b = key.charCodeAt(at + 1);
    const c = key.charCodeAt(at + 2);
    const d = key.charCodeAt(at + 3);
    seen |= a | b | c | d;
    hash = absorb(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at--) {
    const unit = key.charCodeAt(at);
    seen |= unit;
    tail = (tail << 8) | unit;
  }
  return seen > 0x7f ? hashOfBytes(key, seed) : mix(hash ^ scramble(tail) ^ length);
}

function hashOfBytes(key: string, seed: number): number {
  const { bytes, length } = utf8(key);
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    hash = absorb(hash, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at--) tail = (tail << 8) | bytes[at]!;
  return mix(hash ^ scramble(tail) ^ length);
}

function absorb(hash: number, block: number): number {
  hash ^= scramble(block);
  return (imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
}

/** Zero scrambles to zero, so an empty tail needs no special case. */
function scramble(block: number): number {
  const mixed = imul(block, C1);
  return imul((mixed << 15) | (mixed >>> 17), C2);
}
