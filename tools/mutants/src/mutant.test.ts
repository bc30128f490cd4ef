import { expect, it } from '@jest/globals';
import { mutantsOf } from './mutant.ts';

it('a mutant is identified by the code it changes, joined to one line', () => {
  const source = 'first\n  if (a &&\n    b) return;\n';
  const location = { start: { line: 2, column: 7 }, end: { line: 3, column: 6 } };
  const report = {
    files: {
      'a.ts': { source, mutants: [{ replacement: 'a ||\n b', status: 'Survived' as const, location }] },
    },
  };
  expect(mutantsOf(report)).toEqual([
    {
      ...{ file: 'a.ts', lineNumber: 2, line: 'if (a &&', was: 'a && b', is: 'a || b' },
      status: 'Survived',
    },
  ]);
});
