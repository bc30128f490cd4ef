import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ourFiles } from '../documents/our-files.ts';
import { oddTurns, oddTurnsOf } from './odd-turns.ts';
import { proseOfPage, proseOfSource } from './prose.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Files in which a turn is data, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'tools/workspace-plugin/src/plain-english': 'the list itself and its tests',
  'libs/sharding/src/vindexes/vindexes.test.ts': 'a published test vector of xxhash',
  'libs/sharding/src/adapters/postgres/slot-tables.ts':
    'a comment in the SQL of a migration that databases have run',
  'tools/topology/README.md': 'the name of a Unix user',
  'tools/topology/src/servers/process/unprivileged-user.ts': 'the name of a Unix user',
};

function projects(): string[] {
  return ['.', ...globSync('{apps,libs,tools}/*', { cwd: ROOT }), 'docs', 'infra'].sort();
}

function filesOf(project: string): string[] {
  const pattern = project === '.' ? '*.{ts,mjs,md,yml}' : `${project}/**/*.{ts,mjs,md,yml}`;
  return ourFiles(ROOT, pattern).filter(
    (file) => !Object.keys(EXCEPTIONS).some((exception) => file.startsWith(exception)),
  );
}

describe('comments, messages and documents', () => {
  it.each(projects())('%s contain no odd turn of phrase', (project) => {
    expect(filesOf(project).flatMap((file) => oddTurns(ROOT, file))).toEqual([]);
  });
});

describe('an odd turn of phrase', () => {
  const inSource = (source: string) => oddTurnsOf(proseOfSource(source));

  it('is found in comments of every kind, with its line and a remedy', () => {
    const source = `/**\n * Nobody closes it.\n */\nconst a = 1; // begins anew\n`;
    expect(inSource(source)).toEqual([
      '2: "Nobody" (name the actor: the relay, the mover, the client, the caller, no replica)',
      '4: "anew" (an old form: again)',
    ]);
  });

  it('is found in strings and templates of several words', () => {
    expect(inSource(`log('the relay starts anew'); log(\`\${id} was begun\`);`)).toHaveLength(2);
  });

  it('is not found in names, in strings of one word and in addresses', () => {
    const source = `const nobody = 'nobody'; connect('postgres://nobody@127.0.0.1:1/x y', \`\${nobody}\`);`;
    expect(inSource(source)).toEqual([]);
  });

  it('is found in every line of a page', () => {
    expect(oddTurnsOf(proseOfPage('# Title\n\nIt is to be had.\n'))).toEqual([
      '3: "to be had" (an old form: available)',
    ]);
  });
});
