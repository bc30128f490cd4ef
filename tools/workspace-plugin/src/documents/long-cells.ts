import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FENCED } from './references.ts';

/** A column has room for a sentence. A longer text belongs below the table, in a list or in paragraphs. */
const MAX_VISIBLE = 200;

const ROW = /^\s*\|/;
const BORDER = /(?<!\\)\|/;
const SEPARATOR = /^:?-+:?$/;
const LINK = /\[([^\]]*)\]\([^)]*\)/g;

/** Returns the table cells of a page that have more than 200 visible characters. Of a link, only the text is visible. */
export function longCells(root: string, page: string): string[] {
  const lines = readFileSync(join(root, page), 'utf8').replaceAll(FENCED, '').split('\n');
  const cells = lines.filter((line) => ROW.test(line)).flatMap((row) => row.split(BORDER));
  return cells
    .map((cell) => cell.replaceAll(LINK, '$1').trim())
    .filter((text) => text.length > MAX_VISIBLE && !SEPARATOR.test(text));
}
