import { describe, expect, it } from '@jest/globals';
import { KeyLog } from './key-log.ts';

function logOf(...steps: readonly (readonly ['tried' | 'finished', number])[]): KeyLog {
  const log = new KeyLog();
  for (const [what, number] of steps) log[what]('key', number);
  return log;
}

describe('the log of a key', () => {
  it('accepts any number of attempts of an event before the next event', () => {
    const log = logOf(['tried', 0], ['tried', 0], ['finished', 0], ['tried', 1], ['finished', 1]);
    expect(log).toMatchObject({ finishedCount: 2, inversions: 0, again: 0 });
    expect(log.nextOf('key')).toBe(2);
  });

  it('detects an event that is attempted before an earlier one is finished, also when the earlier one finishes later', () => {
    const log = logOf(['tried', 0], ['tried', 1], ['finished', 1], ['tried', 0], ['finished', 0]);
    expect(log).toMatchObject({ finishedCount: 2, inversions: 1, example: 'key: 1 before 0' });
    expect(log.nextOf('key')).toBe(2);
  });

  it('counts repeated attempts of a finished event once', () => {
    const log = logOf(['tried', 0], ['finished', 0], ['tried', 0], ['finished', 0]);
    expect(log).toMatchObject({ finishedCount: 1, inversions: 0, again: 1 });
  });

  it('distinguishes keys', () => {
    const log = logOf(['tried', 0], ['finished', 0]);
    log.tried('other', 0);
    expect(log.inversions).toBe(0);
    expect(log.nextOf('other')).toBe(0);
  });
});
