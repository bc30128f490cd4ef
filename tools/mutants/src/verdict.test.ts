import { describe, expect, it } from '@jest/globals';
import { type Mutant, type MutantStatus } from './mutant.ts';
import { judge } from './verdict.ts';
import { detailsOf, tableOf } from './verdict-text.ts';

const mutant = (status: MutantStatus, lineNumber = 7): Mutant => ({
  ...{ file: 'libs/hashing/src/ring.ts', lineNumber, line: 'if (a < b) return;' },
  ...{ was: 'a < b', is: 'a <= b', status },
});
const many = (count: number, status: MutantStatus) =>
  Array.from({ length: count }, (_, index) => ({ ...mutant(status), is: `${status} ${index}` }));
const equivalent = { ...mutant('Survived'), reason: 'a and b are never equal' };

describe('the verdict on a library', () => {
  it('counts a mutant that makes its test hang as detected, one that no test reaches as survived, and no others', () => {
    const mutants = (['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError'] as const).map(
      (status) => mutant(status),
    );
    expect(judge('hashing', mutants, [])).toMatchObject({ mutants: 4, killed: 1, timeouts: 1, score: 50 });
  });

  it('does not round up to its goal', () => {
    expect(judge('hashing', [...many(899, 'Killed'), ...many(101, 'Survived')], [])).toMatchObject({
      score: 89.9,
      holds: false,
    });
    expect(judge('hashing', [...many(900, 'Killed'), ...many(100, 'Survived')], []).holds).toBe(true);
    expect(judge('hashing', [], []).holds).toBe(false);
  });

  it('excludes survivors on the reviewed list, also when their line number has changed', () => {
    const verdict = judge('hashing', [...many(9, 'Killed'), mutant('Survived', 70)], [equivalent]);
    expect(verdict).toMatchObject({ mutants: 9, score: 100, survivors: [], stale: [], holds: true });
    expect(detailsOf(verdict)).toContain('ring.ts:70  a < b → a <= b\n            a and b are never equal');
  });

  it('fails while the reviewed list contains a mutant that is killed or no longer exists', () => {
    for (const mutants of [many(9, 'Killed'), [...many(9, 'Killed'), mutant('Killed')]]) {
      const verdict = judge('hashing', mutants, [equivalent]);
      expect([verdict.stale, verdict.holds]).toEqual([[equivalent], false]);
      expect(detailsOf(verdict)).toContain('remove it from equivalent/hashing.json');
    }
  });

  it('is a row of a table, with the complaint at its end', () => {
    const good = judge('dlq', many(10, 'Killed'), []);
    const bad = judge('hashing', [...many(2, 'Killed'), ...many(1, 'Survived')], []);
    expect(tableOf([good, bad]).replaceAll(/ +/g, ' ').split('\n')).toEqual([
      'library mutants killed survived timeouts equivalent score',
      'dlq 10 10 0 0 0 100.0 %',
      'hashing 3 2 1 0 0 66.6 % below the goal of 90 %',
      '',
    ]);
  });
});
