import { describe, expect, it } from '@jest/globals';
import { type Lab } from '../lab.ts';
import { atLeast, atMost } from '../readings.ts';
import { judge } from '../verdict.ts';
import { formatResult } from './format-result.ts';

const lab = { name: 'ring', pattern: 'Consistent hashing', page: 'docs/hashing.md' } as Lab;
const resultOf = (ours: number) => ({
  measures: [{ what: 'peak', naive: atLeast(5, 10), ours: atMost(2, ours) }],
  plot: { title: '', axis: '', bars: [] },
});

describe('the output of a lab', () => {
  it('is a table of both versions, and names the page of the pattern', () => {
    const result = resultOf(1);
    expect(formatResult(lab, result, judge(result))).toBe(`
         naive   ours   ours must be
  peak      10      1      at most 2

  The naive version fails, ours holds. The pattern: docs/hashing.md
`);
  });

  it('names each value that is not as expected', () => {
    const result = resultOf(3);
    expect(formatResult(lab, result, judge(result))).toContain(
      '✗ peak: our version has 3, expected at most 2\n',
    );
  });
});
