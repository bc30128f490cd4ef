import { ourFiles } from './our-files.ts';

/** Returns every Markdown page of the repository, relative to its root. */
export function listDocuments(root: string): string[] {
  return ourFiles(root, '**/*.md');
}
