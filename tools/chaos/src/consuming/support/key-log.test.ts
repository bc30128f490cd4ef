import { describe, expect, it } from '@jest/globals';
import { KeyLog } from './key-log.ts';

function logOf(...steps: readonly (readonly ['tried' | 'finished', number])[]): KeyLog {
  const log = new KeyLog();
  for (const [what, number] of steps) log[what]('key', number);
  return log;
}

describe('the log of a key', () => {
  it('lets an event be tried any number of times before the next one', () => {
    const log = logOf(['tried', 0], ['tried', 0], ['finished', 0], ['tried', 1], ['finished', 1]);
    expect(log).toMatchObject({ finishedCount: 2, inversions: 0, again: 0 });
    expect(log.nextOf('key')).toBe(2);
  });

  it('finds an event that is tried before an earlier one is finished, also when that comes later', () => {
    const log = logOf(['tried', 0], ['tried', 1], ['finished', 1], ['tried', 0], ['finished', 0]);
    expect(log).toMatchObject({ finishedCount: 2, inversions: 1, example: 'key: 1 before 0' });
    expect(log.nextOf('key')).toBe(2);
  });

  it('counts an event that is tried again once, and its effects too', () => {
    const log = logOf(['tried', 0], ['finished', 0], ['tried', 0], ['finished', 0]);
    expect(log).toMatchObject({ finishedCount: 1, inversions: 0, again: 1 });
  });

  it('knows keys apart', () => {
    const log = logOf(['tried', 0], ['finished', 0]);
    log.tried('other', 0);
    expect(log.inversions).toBe(0);
    expect(log.nextOf('other')).toBe(0);
  });
});
