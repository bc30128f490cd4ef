import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant } from './mutant.ts';

/** A mutant that a person has looked at: the program does the same with it. Named by code, not by number, so it outlives edits. */
export interface Equivalent extends Pick<Mutant, 'file' | 'line' | 'was' | 'is'> {
  readonly reason: string;
}

/** The reviewed list of a library, `equivalent/<library>.json`; none where there is no file. */
export function readEquivalents(folder: string, library: string): readonly Equivalent[] {
  try {
    return JSON.parse(readFileSync(join(folder, `${library}.json`), 'utf8')) as Equivalent[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function isSame(equivalent: Equivalent, mutant: Mutant): boolean {
  return (['file', 'line', 'was', 'is'] as const).every((part) => equivalent[part] === mutant[part]);
}
