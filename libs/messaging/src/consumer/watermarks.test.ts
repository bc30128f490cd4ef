import { describe, expect, it } from '@jest/globals';
import { HELD_BYTES_OF_A_CONSUMER, watermarksOf } from './watermarks.ts';

const MIB = 1_024 * 1_024;

describe('the watermarks of a partition', () => {
  it.each([
    [false, { items: 1_000, bytes: 4 * MIB }, { items: 250, bytes: MIB }],
    [true, { items: 50_000, bytes: 32 * MIB }, { items: 12_500, bytes: 8 * MIB }],
  ])('are fixed when the process has few partitions (batches: %s)', (takesBatches, high, low) => {
    expect(watermarksOf({ takesBatches, partitions: 2 })).toEqual({ high, low });
  });

  it.each([true, false])(
    'let all partitions of a process hold 64 MiB together (batches: %s)',
    (takesBatches) => {
      for (let partitions = 1; partitions <= 256; partitions += 1) {
        const { high, low } = watermarksOf({ takesBatches, partitions });
        expect(high.bytes * partitions).toBeLessThanOrEqual(HELD_BYTES_OF_A_CONSUMER);
        expect(low.bytes).toBe(Math.floor(high.bytes / 4));
      }
    },
  );

  it('leave room for some messages, however many partitions there are', () => {
    expect(watermarksOf({ takesBatches: true, partitions: 10_000 }).high.bytes).toBe(256 * 1_024);
  });
});
