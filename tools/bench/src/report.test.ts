import { describe, expect, it } from '@jest/globals';
import { textOf, verdictOf } from './report.ts';

describe('a goal', () => {
  it.each([
    ['is reached if the whole interval is above it', { low: 1.1, high: 1.3 }, 'reached'],
    ['is missed if the whole interval is below it', { low: 0.7, high: 0.9 }, 'missed'],
    ['is too close to tell if the interval contains it', { low: 0.9, high: 1.1 }, 'too close to tell'],
  ])('%s', (_where, interval, verdict) => {
    expect(verdictOf({ what: 'w', measured: { mean: 1, ...interval }, atLeast: 1 })).toBe(verdict);
  });

  it('may be an upper bound', () => {
    expect(verdictOf({ what: 'w', measured: 60, atMost: 60 })).toBe('reached');
    expect(verdictOf({ what: 'w', measured: 61, atMost: 60 })).toBe('missed');
  });
});

describe('a suite with a wrong result', () => {
  it('shows no figures', () => {
    const tables = [{ title: 'T', columns: ['ns'], rows: [['42']] }];
    expect(textOf('hashing', { tables, goals: [], faults: ['a key went elsewhere'] })).toBe(
      'hashing: void\n  a key went elsewhere',
    );
  });
});
