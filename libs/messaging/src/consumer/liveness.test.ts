import { describe, expect, it } from '@jest/globals';
import { expectProgress } from './liveness.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

const partition = (pending: number, idleSince: number, isPaused = false) =>
  new Map([['orders:3', { pending, idleSince, isPaused } as PartitionPipeline]]);

describe('liveness', () => {
  it('fails when events wait and none has come back for a minute, and names the partition', () => {
    expect(() => expectProgress(partition(5, 0), 60_001)).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:3', pending: 5 }),
    );
  });

  it('holds while there is progress, and while there is nothing to do', () => {
    expect(() => expectProgress(partition(5, 1_000), 60_001)).not.toThrow();
    expect(() => expectProgress(partition(0, 0), 3_600_000)).not.toThrow();
  });

  it('holds while an operator wants the partition to stand still', () => {
    expect(() => expectProgress(partition(5, 0, true), 3_600_000)).not.toThrow();
  });
});
