import { describe, expect, it } from '@jest/globals';
import { OffsetWatermark } from './offset-watermark.ts';

describe('the offset watermark', () => {
  it('stays below an unfinished offset, in whatever order the others finish', () => {
    const watermark = new OffsetWatermark();
    const [five = 0, six = 0, nine = 0] = ['5', '6', '9'].map((offset) => watermark.take(offset));
    expect([watermark.committable, watermark.lowestUnfinished]).toEqual([undefined, 5n]);
    watermark.finish(nine);
    watermark.finish(six);
    expect(watermark.committable).toBeUndefined();
    watermark.finish(five);
    expect([watermark.committable, watermark.lowestUnfinished]).toEqual([10n, 10n]);
  });

  it('computes what may be committed once further messages are finished, without finishing them', () => {
    const watermark = new OffsetWatermark();
    const [one = 0, two = 0, three = 0, five = 0] = ['1', '2', '3', '5'].map((offset) =>
      watermark.take(offset),
    );
    watermark.finish(two);
    expect(watermark.committableWith([])).toBeUndefined();
    expect(watermark.committableWith([three, five])).toBeUndefined();
    expect(watermark.committableWith([one])).toBe(3n);
    expect(watermark.committableWith([one, five])).toBe(3n);
    expect(watermark.committableWith([one, three, five])).toBe(6n);
    expect(watermark.committable).toBeUndefined();
  });

  it('knows how many messages would come again: from the lowest unfinished to the highest finished', () => {
    const watermark = new OffsetWatermark();
    const [one = 0, two = 0, three = 0] = ['1', '2', '3'].map((offset) => watermark.take(offset));
    expect(watermark.gap).toBe(0);
    watermark.finish(three);
    expect(watermark.gap).toBe(2);
    watermark.finish(two);
    expect(watermark.gap).toBe(2);
    watermark.finish(one);
    expect(watermark.gap).toBe(0);
  });

  it('knows this also when it has dropped finished messages', () => {
    const watermark = new OffsetWatermark();
    const taken = Array.from({ length: 5_000 }, (_, offset) => watermark.take(String(offset)));
    for (const sequence of taken.slice(0, 4_000)) watermark.finish(sequence);
    expect(watermark.gap).toBe(0);
    watermark.finish(taken.at(-1) as number);
    expect(watermark.gap).toBe(999);
  });

  it('knows which messages are finished, also those that it has dropped', () => {
    const watermark = new OffsetWatermark();
    const sequences = Array.from({ length: 3_000 }, (_, offset) => watermark.take(String(offset)));
    expect([sequences[0]!, sequences[1]!].map((one) => watermark.isFinished(one))).toEqual([false, false]);
    for (const sequence of sequences.slice(0, 2_500)) watermark.finish(sequence);
    watermark.finish(sequences[2_501]!);
    expect([0, 2_499, 2_500, 2_501, 2_502].map((n) => watermark.isFinished(sequences[n]!))).toEqual([
      ...[true, true, false, true, false],
    ]);
  });

  it('handles offsets above the largest safe integer', () => {
    const watermark = new OffsetWatermark();
    watermark.finish(watermark.take(String(2n ** 53n)));
    expect(watermark.committable).toBe(2n ** 53n + 1n);
  });

  it('drops finished offsets while it passes hundreds of thousands of them', () => {
    const watermark = new OffsetWatermark();
    let before = watermark.take('0');
    for (let offset = 1; offset < 200_000; offset += 1) {
      const sequence = watermark.take(String(offset));
      watermark.finish(before);
      before = sequence;
    }
    expect(watermark.committable).toBe(199_999n);
    expect(watermark.committableWith([before])).toBe(200_000n);
    expect((watermark as unknown as { offsets: unknown[] }).offsets.length).toBeLessThan(5_000);
  });
});
