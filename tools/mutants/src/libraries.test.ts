import { describe, expect, it } from '@jest/globals';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEquivalents } from './equivalent.ts';
import { LIBRARIES, mutatedFiles } from './libraries.ts';

const tool = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(tool));

describe.each(LIBRARIES)('the mutated files of $name', ({ name, mutated }) => {
  it.each(mutated)('exist: %s', (glob) => {
    expect(globSync(glob.replace('!', ''), { cwd: join(root, 'libs', name) })).not.toEqual([]);
  });

  it('have a reviewed list whose entries have a reason and name an existing line', () => {
    for (const { file, line, was, is, reason } of readEquivalents(join(tool, 'equivalent'), name)) {
      expect(existsSync(join(root, file))).toBe(true);
      expect(readFileSync(join(root, file), 'utf8')).toContain(line);
      expect([line, was, is, reason]).not.toContain('');
    }
  });
});

describe('the files of a library that are mutated', () => {
  it('are those of its globs, without tests and without what it excludes', () => {
    const files = mutatedFiles(root, {
      name: 'dlq',
      mutated: ['src/retry/*.ts', '!src/retry/error-kind.ts'],
    });
    expect(files).toContain('libs/dlq/src/retry/backoff.ts');
    expect(files.filter((file) => /error-kind|\.test\.ts/.test(file))).toEqual([]);
  });
});
