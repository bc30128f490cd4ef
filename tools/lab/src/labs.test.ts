import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LABS } from './labs.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(LABS)('the lab $name', ({ page, experiment }) => {
  it('names a page that exists, and says in whole sentences what it does', () => {
    expect(existsSync(join(root, page))).toBe(true);
    expect(experiment).toMatch(/^[A-Z\d].*\.$/);
  });
});

it('the README lists the labs, with what goes wrong in the naive version', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
  for (const { name, pattern, naiveFailure } of LABS)
    expect(readme).toContain(`| ${pattern} | ${naiveFailure} | \`npm run lab -- ${name}\` |`);
});

it('each lab has its own name', () => {
  expect(new Set(LABS.map(({ name }) => name)).size).toBe(LABS.length);
});
