import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Prose, proseOfPage, proseOfSource } from './prose.ts';
import { TURNS } from './turns.ts';

/** Returns one line for each odd turn of phrase in a file: its place, the turn and the remedy. */
export function oddTurns(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const prose = /\.(ts|mjs)$/.test(file) ? proseOfSource(text) : proseOfPage(text);
  return oddTurnsOf(prose).map((found) => `${file}:${found}`);
}

export function oddTurnsOf(prose: readonly Prose[]): string[] {
  return prose.flatMap(({ line, text }) =>
    TURNS.flatMap(({ pattern, remedy }) => {
      const found = pattern.exec(text);
      return found === null ? [] : [`${line}: "${found[0]}" (${remedy})`];
    }),
  );
}
