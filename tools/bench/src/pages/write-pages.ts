import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { type SuiteReport, type Table } from '../suite.ts';
import { markdownTable } from './markdown-table.ts';
import { replacePassage } from './replace-passage.ts';

/**
 * Writes the passages and files of a suite into the repository, formatted by prettier.
 *
 * @returns the paths
 */
export async function writePages(
  root: string,
  { passages = [], files = {} }: SuiteReport,
): Promise<string[]> {
  for (const { page, marker, tables } of passages) {
    const path = join(root, page);
    const replaced = replacePassage(await readFile(path, 'utf8'), marker, tables.map(passageOf).join('\n\n'));
    await writeFile(path, await format(replaced, { ...(await resolveConfig(path)), filepath: path }));
  }
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
  return [...new Set([...passages.map(({ page }) => page), ...Object.keys(files)])];
}

function passageOf({ title, ...table }: Table): string {
  return `${title}\n\n${markdownTable(table)}`;
}
