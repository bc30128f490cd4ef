import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCompose } from './compose/check-compose.ts';
import { asMapping, parseComposeFile } from './compose/compose-file.ts';
import { checkDockerfile } from './dockerfile/check-dockerfile.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COMPOSE = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

describe('docker-compose.yml', () => {
  it('follows every rule', () => {
    expect(checkCompose(COMPOSE)).toEqual([]);
  });

  it('uses exactly the variables that docs/operations.md lists', () => {
    const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[A-Z][A-Z0-9_]+(?=`)/g) ?? []);
    const taken = [...COMPOSE.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name as string);
    expect(named.toSorted()).toEqual([...new Set(taken)].sort());
  });

  const recipes = Object.values(parseComposeFile(COMPOSE).services)
    .map((service) => asMapping(service['build']))
    .filter((build) => build['dockerfile'] !== undefined);

  it.each([...new Set(recipes.map((build) => String(build['dockerfile'])))])(
    '%s follows every rule',
    (path) => {
      expect(checkDockerfile(readFileSync(join(ROOT, path), 'utf8'))).toEqual([]);
    },
  );

  it.each([...new Set(recipes.map((build) => String(asMapping(build['args'])['APP'])))])(
    'builds an app: %s',
    (app) => {
      expect(existsSync(join(ROOT, 'apps', app, 'package.json'))).toBe(true);
    },
  );
});
