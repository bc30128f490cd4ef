import { describe, expect, it } from '@jest/globals';
import { partitionOfSlot } from './partition-of-slot.ts';

describe('the partition of a slot', () => {
  // Golden vectors: a different result would put the next event of an order on another partition than its last one.
  it.each([
    [0, 8, 0],
    [511, 8, 0],
    [512, 8, 1],
    [2_047, 8, 3],
    [2_048, 8, 4],
    [4_095, 8, 7],
    [4_095, 1, 0],
    [1_366, 3, 1],
  ])('of %i of 4096 among %i is %i', (slot, partitions, partition) => {
    expect(partitionOfSlot(slot, partitions)).toBe(partition);
  });

  const partitionsOf = (from: number, to: number) =>
    new Set(Array.from({ length: to - from }, (_, index) => partitionOfSlot(from + index, 8)));

  it('is shared by two shards at their border, unless the border is also one of partitions', () => {
    expect([...partitionsOf(0, 1_366)]).toEqual([0, 1, 2]);
    expect([...partitionsOf(1_366, 2_731)]).toEqual([2, 3, 4, 5]);
    expect([...partitionsOf(2_731, 4_096)]).toEqual([5, 6, 7]);
  });

  it('belongs to one shard only when there are two shards', () => {
    expect([...partitionsOf(0, 2_048)]).toEqual([0, 1, 2, 3]);
    expect([...partitionsOf(2_048, 4_096)]).toEqual([4, 5, 6, 7]);
  });

  it.each([-1, 4_096, 1.5, Number.NaN])('rejects the slot %s', (slot) => {
    expect(() => partitionOfSlot(slot, 8)).toThrow(RangeError);
  });
});
