import { describe, expect, it } from '@jest/globals';
import { duration } from './duration.ts';
import { progressBar } from './progress-bar.ts';

const HALF = { doing: 'copying', share: 0.5, counted: '5 of 10', elapsedMs: 10_000 };

describe('a progress bar', () => {
  it('estimates from the progress since the watching started, and gives no estimate without progress', () => {
    expect(progressBar({ ...HALF, startShare: 0.25 })).toBe(
      'copying [████████████░░░░░░░░░░░░]  50 %  5 of 10  about 20 s left',
    );
    expect(progressBar({ ...HALF, startShare: 0.5 })).toMatch(/5 of 10$/);
  });

  it('shows the elapsed time once it is full', () => {
    expect(progressBar({ ...HALF, share: 1, startShare: 0, elapsedMs: 200_000 })).toMatch(
      /100 % {2}5 of 10 {2}in 3 min$/,
    );
  });
});

describe('a duration', () => {
  it.each([
    [1, '1 s'],
    [89_000, '89 s'],
    [90_000, '2 min'],
    [5_370_000, '2 h'],
    [48 * 3_600_000, '2 d'],
  ])('of %d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
