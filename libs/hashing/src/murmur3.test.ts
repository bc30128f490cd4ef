import { describe, expect, it } from '@jest/globals';
import { murmur3 } from './murmur3.ts';

describe('murmur3', () => {
  // The published vectors of MurmurHash3 x86_32. Changing one of them moves data.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['ππππππππ', 0x9747b28c, 0xd58063c1],
    // Longer than the buffer for UTF-8, in bytes only, then also in code units. Computed by a second implementation, in Python.
    ['€'.repeat(100), 0, 2_488_416_479],
    ['é'.repeat(1_000), 0, 2_950_330_090],
    ['é'.repeat(100), 0, 2_150_498_464],
  ])('of %j with seed %d is %d', (key, seed, hash) => {
    expect(murmur3(key, seed)).toBe(hash);
  });

  it('hashes UTF-8 bytes, not UTF-16 code units, independently of earlier keys', () => {
    const long = 'x'.repeat(10_000);
    const before = [murmur3('ä'), murmur3('😀'), murmur3(long)];
    murmur3('ü'.repeat(5_000));
    expect([murmur3('ä'), murmur3('😀'), murmur3(long)]).toEqual(before);
    expect(murmur3('ä')).not.toBe(murmur3('\u00c3\u00a4'));
    expect(murmur3('\ud800')).toBe(murmur3('\ufffd'));
  });

  it('returns an unsigned 32-bit integer', () => {
    const hashes = Array.from({ length: 10_000 }, (_, n) => murmur3(`key:${n}`));
    expect(hashes.filter((hash) => hash >>> 0 !== hash)).toEqual([]);
  });
});
