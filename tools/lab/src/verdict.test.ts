import { describe, expect, it } from '@jest/globals';
import { type LabResult } from './lab.ts';
import { atLeast, atMost, exactly, percent } from './readings.ts';
import { judge } from './verdict.ts';

const resultOf = (naive: number, ours: number): LabResult => ({
  measures: [
    { what: 'most in flight', naive: atLeast(50, naive), ours: atMost(10, ours) },
    { what: 'lost', naive: exactly(0, 0), ours: exactly(0, 0) },
  ],
  plot: { title: '', axis: '', bars: [] },
});

describe('a lab', () => {
  it('holds when the naive version fails as described and ours stays within its bounds', () => {
    expect(judge(resultOf(50, 10))).toEqual({ holds: true, faults: [] });
  });

  it('fails when ours does not hold, and says what is wrong', () => {
    expect(judge(resultOf(50, 11))).toEqual({
      holds: false,
      faults: ['most in flight: our version has 11, expected at most 10'],
    });
  });

  it('fails when the naive version does not fail: the experiment shows nothing then', () => {
    expect(judge(resultOf(49, 10))).toEqual({
      holds: false,
      faults: ['most in flight: the naive version has 49, expected at least 50'],
    });
  });

  it('fails on a value that is not a number', () => {
    expect(judge(resultOf(NaN, NaN)).faults).toHaveLength(2);
  });
});

describe('a reading', () => {
  it('shows its value and its bound with their unit', () => {
    expect(atMost(0.12, 0.103, percent)).toEqual({
      value: 0.103,
      shown: '10.3 %',
      expected: { text: 'at most 12.0 %', holds: true },
    });
  });
});
