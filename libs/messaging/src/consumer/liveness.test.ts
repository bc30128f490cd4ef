import { describe, expect, it } from '@jest/globals';
import { expectProgress } from './liveness.ts';

const partition = (pending: number, idleSince: number, isPaused = false, oldestAttemptSince?: number) =>
  new Map([['orders:3', { pending, idleSince, isPaused, oldestAttemptSince }]]);

describe('liveness', () => {
  it('fails when events wait and no attempt has ended for a minute, and names the partition', () => {
    expect(() => expectProgress(partition(5, 0), 60_001)).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:3' }),
    );
  });

  it.each([
    ['while other attempts keep ending', false],
    ['in a partition that an operator has paused since', true],
  ])('fails when one handler has run for longer than the limit, %s', (_when, isPaused) => {
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_001)).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:3' }),
    );
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_000)).not.toThrow();
    expect(() => expectProgress(partition(5, 90_000, isPaused, 30_000), 90_001, 70_000)).not.toThrow();
  });

  it('passes while there is progress, and while there is nothing to do', () => {
    expect(() => expectProgress(partition(5, 1_000), 60_001)).not.toThrow();
    expect(() => expectProgress(partition(5, 0), 60_000)).not.toThrow();
    expect(() => expectProgress(partition(0, 0), 3_600_000)).not.toThrow();
  });

  it('passes while an operator has paused the partition', () => {
    expect(() => expectProgress(partition(5, 0, true), 3_600_000)).not.toThrow();
  });
});
