import { describe, expect, it } from '@jest/globals';
import { OffsetWatermark } from './offset-watermark.ts';

describe('the watermark of offsets', () => {
  it('does not pass an unfinished offset, in whatever order the others finish', () => {
    const watermark = new OffsetWatermark();
    const [five, six, nine] = [5n, 6n, 9n].map((offset) => watermark.take(offset));
    expect([watermark.committable, watermark.lowestUnfinished]).toEqual([undefined, 5n]);
    nine?.();
    six?.();
    expect(watermark.committable).toBeUndefined();
    five?.();
    expect([watermark.committable, watermark.lowestUnfinished]).toEqual([10n, 10n]);
  });

  it('counts beyond what a number holds', () => {
    const watermark = new OffsetWatermark();
    watermark.take(2n ** 53n)();
    expect(watermark.committable).toBe(2n ** 53n + 1n);
  });

  it('goes on over millions of offsets without keeping them', () => {
    const watermark = new OffsetWatermark();
    for (let offset = 0n; offset < 200_000n; offset += 1n) watermark.take(offset)();
    expect(watermark.committable).toBe(200_000n);
    expect((watermark as unknown as { taken: unknown[] }).taken.length).toBeLessThan(5_000);
  });
});
