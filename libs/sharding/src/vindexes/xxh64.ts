/**
 * XXH64 (Yann Collet, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md) with seed 0. It uses bigints, because
 * each step multiplies 64 bits. A hash takes a few microseconds, on code paths that call a database right after.
 */
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const u64 = (number: bigint) => BigInt.asUintN(64, number);
const rotate = (number: bigint, by: bigint) => u64(number << by) | (number >> (64n - by));
const round = (lane: bigint, input: bigint) => u64(rotate(u64(lane + input * P2), 31n) * P1);

export function xxh64(input: Uint8Array): bigint {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const { hash, consumed } = hashStripes(bytes);
  return avalanche(hashRest(bytes, consumed, u64(hash + BigInt(bytes.length))));
}

/** Four lanes process 32 bytes a step. Inputs below 32 bytes skip them. */
function hashStripes(bytes: Buffer): { hash: bigint; consumed: number } {
  if (bytes.length < 32) return { hash: P5, consumed: 0 };
  let lanes = [u64(P1 + P2), P2, 0n, u64(-P1)];
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32) {
    lanes = lanes.map((lane, index) => round(lane, bytes.readBigUInt64LE(at + index * 8)));
  }
  const turns = [1n, 7n, 12n, 18n];
  const sum = u64(lanes.reduce((total, lane, index) => total + rotate(lane, turns[index]!), 0n));
  const hash = lanes.reduce((merged, lane) => u64((merged ^ round(0n, lane)) * P1 + P4), sum);
  return { hash, consumed: at };
}

/** Hashes the bytes after the last stripe: blocks of eight, then at most one of four, then single bytes. */
function hashRest(bytes: Buffer, from: number, hash: bigint): bigint {
  let at = from;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = u64(rotate(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4);
  }
  if (at + 4 <= bytes.length) {
    hash = u64(rotate(hash ^ u64(BigInt(bytes.readUInt32LE(at)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = u64(rotate(hash ^ u64(BigInt(bytes[at]!) * P5), 11n) * P1);
  return hash;
}

function avalanche(hash: bigint): bigint {
  hash = u64((hash ^ (hash >> 33n)) * P2);
  hash = u64((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}
