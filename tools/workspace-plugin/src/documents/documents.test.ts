import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brokenReferences } from './broken-references.ts';
import { listDocuments } from './list-documents.ts';
import { longCells } from './long-cells.ts';

const ROOT = join(import.meta.dirname, '../../../..');

describe('the documents', () => {
  it.each(listDocuments(ROOT))('%s refers only to existing files and headings', (page) => {
    expect(brokenReferences(ROOT, page)).toEqual([]);
  });

  it.each(listDocuments(ROOT))('%s has only table cells that are easy to read', (page) => {
    expect(longCells(ROOT, page)).toEqual([]);
  });
});

describe('a page', () => {
  let root = '';
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const brokenIn = (text: string): string[] => {
    write('libs/ring/README.md', text);
    return brokenReferences(root, 'libs/ring/README.md');
  };
  const longIn = (...lines: string[]): string[] => {
    write('libs/ring/README.md', lines.join('\n'));
    return longCells(root, 'libs/ring/README.md');
  };

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'documents-'));
    write('docs/glossary.md', '# Glossary\n\n## Slot map, and why\n');
    write('libs/ring/src/lookup/ring.test.ts', '');
    write('node_modules/other/README.md', '');
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it('may link to files, folders and headings', () => {
    expect(
      brokenIn('[a](src/lookup) [b](../../docs/glossary.md#slot-map-and-why) [c](https://example.org/x)'),
    ).toEqual([]);
  });

  it('must not link to missing files or headings', () => {
    expect(brokenIn('[a](src/gone.ts) [`b`](gone.md) [c](../../docs/glossary.md#gone)')).toEqual([
      'src/gone.ts',
      'gone.md',
      '../../docs/glossary.md#gone',
    ]);
  });

  it('may name files relative to the root or to its folder, by bare name, or by built name', () => {
    expect(
      brokenIn('`libs/ring/src/lookup/ring.test.ts` `src/lookup/ring.test.ts` `ring.test.ts` `libs/*/src`'),
    ).toEqual([]);
    expect(brokenIn('`libs/ring/dist/lookup/ring.test.js`')).toEqual([]);
  });

  it('must not name a missing file', () => {
    expect(brokenIn('`gone.test.ts`, `libs/ring/src/gone.ts` and `docs/gone/`')).toEqual([
      'gone.test.ts',
      'libs/ring/src/gone.ts',
      'docs/gone/',
    ]);
  });

  it('may contain any text in a fenced example', () => {
    expect(brokenIn('```\n[a](gone) `gone.ts`\n```\n`host:port` `a/b` `npm test`')).toEqual([]);
  });

  it('must not have a table cell of more than 200 characters', () => {
    const [fits, long] = ['x'.repeat(200), 'x'.repeat(201)];
    expect(longIn('| a | b |', '| - | - |', `| ${fits} | ${fits} |`, `| \\| | ${long} |`)).toEqual([long]);
    expect(longIn(`  | ${fits} \\| |`)).toEqual([`${fits} \\|`]);
  });

  it('may have long texts outside of tables, long targets of links, and long separators', () => {
    const [long, dashes] = ['x'.repeat(201), '-'.repeat(201)];
    expect(longIn(long, `| [a](${long}) and [b](${long}) |`, `| ${dashes} | :${dashes}: |`)).toEqual([]);
  });

  it('may have a table of any width in a fenced example', () => {
    expect(longIn('```', `| ${'x'.repeat(201)} |`, '```')).toEqual([]);
  });

  it('is found in every folder, except in dependencies', () => {
    expect(listDocuments(root)).toEqual(['docs/glossary.md', 'libs/ring/README.md']);
  });
});
