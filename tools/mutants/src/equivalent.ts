import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant } from './mutant.ts';

/**
 * A mutant that a reviewer has found to be equivalent: the program behaves the same with it. It is identified by its code
 * instead of a line number, so it survives edits elsewhere.
 */
export interface Equivalent extends Pick<Mutant, 'file' | 'line' | 'was' | 'is'> {
  readonly reason: string;
}

/** Returns the reviewed list of a library, `equivalent/<library>.json`; an empty list if there is no file. */
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
