import { describe, expect, it } from '@jest/globals';
import { slotOf } from './slot-of.ts';

describe('the slot of a key', () => {
  // Golden vectors: these keys must stay in these slots.
  it.each([
    ['', 0],
    ['test', 0xba6],
    ['Hello, world!', 0xc03],
    ['The quick brown fox jumps over the lazy dog', 0x2e4],
  ])('%j is %d of 4096', (key, slot) => {
    expect(slotOf(key, 4096)).toBe(slot);
  });

  it('splits in two when the number of slots doubles', () => {
    for (let n = 0; n < 1_000; n++) {
      expect(Math.floor(slotOf(`user:${n}`, 8192) / 2)).toBe(slotOf(`user:${n}`, 4096));
    }
  });

  it('spreads numbered keys evenly over the slots', () => {
    const counts = new Array<number>(16).fill(0);
    for (let n = 0; n < 160_000; n++) counts[slotOf(`user:${n}`, 16)]! += 1;
    expect(Math.max(...counts) / 10_000).toBeLessThan(1.04);
    expect(Math.min(...counts) / 10_000).toBeGreaterThan(0.96);
  });
});
