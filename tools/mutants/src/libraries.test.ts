import { describe, expect, it } from '@jest/globals';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEquivalents } from './equivalent.ts';
import { LIBRARIES } from './libraries.ts';

const tool = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(tool));

describe.each(LIBRARIES)('what is mutated of $name', ({ name, mutated }) => {
  it.each(mutated)('names files that exist: %s', (glob) => {
    expect(globSync(glob.replace('!', ''), { cwd: join(root, 'libs', name) })).not.toEqual([]);
  });

  it('has a reviewed list whose entries have a reason and name a line of a file', () => {
    for (const { file, line, was, is, reason } of readEquivalents(join(tool, 'equivalent'), name)) {
      expect(existsSync(join(root, file))).toBe(true);
      expect(readFileSync(join(root, file), 'utf8')).toContain(line);
      expect([line, was, is, reason]).not.toContain('');
    }
  });
});
