import { describe, expect, it } from '@jest/globals';
import { expectProgress } from './liveness.ts';

const partition = (pending: number, idleSince: number, isPaused = false, oldestAttemptSince?: number) =>
  new Map([['orders:3', { pending, idleSince, isPaused, oldestAttemptSince }]]);

describe('liveness', () => {
  it('fails when events wait and none has come back for a minute, and names the partition', () => {
    expect(() => expectProgress(partition(5, 0), 60_001)).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:3' }),
    );
  });

  it.each([
    ['while others come back all the time', false],
    ['of a partition that an operator has paused since', true],
  ])('fails when one handler has not come back for longer than the limit, %s', (_when, isPaused) => {
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_001)).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:3' }),
    );
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_000)).not.toThrow();
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_001, 70_000)).not.toThrow();
  });

  it('holds while there is progress, and while there is nothing to do', () => {
    expect(() => expectProgress(partition(5, 1_000), 60_001)).not.toThrow();
    expect(() => expectProgress(partition(0, 0), 3_600_000)).not.toThrow();
  });

  it('holds while an operator wants the partition to stand still', () => {
    expect(() => expectProgress(partition(5, 0, true), 3_600_000)).not.toThrow();
  });
});
