import { describe, expect, it } from '@jest/globals';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importedPackages, undeclaredImports } from './undeclared-imports.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** The end-to-end suites are tests as a whole: no image contains them. */
const PROJECTS = globSync('{apps,libs}/*/package.json', { cwd: ROOT })
  .map(dirname)
  .filter((project) => project !== 'apps/platform-e2e');

describe('the packages that a project imports', () => {
  it.each(PROJECTS)('are declared in the package.json of %s', (project) => {
    expect(undeclaredImports(ROOT, project)).toEqual([]);
  });

  it.each([
    ["import { a } from 'typeorm';", ['typeorm']],
    ["import { type A } from '@nestjs/common/interfaces';", ['@nestjs/common']],
    ["export * from 'pg';", ['pg']],
    ["const late = () => import('ioredis');", ['ioredis']],
    ["import { readFile } from 'node:fs'; import './beside.ts';", []],
  ])('are found in %s', (source, packages) => {
    expect(importedPackages(source)).toEqual(packages);
  });
});
