import { globSync } from 'node:fs';
import { basename } from 'node:path';

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.nx', '.groundwork', 'test-results']);

/** Returns every Markdown page of the repository, relative to its root. */
export function listDocuments(root: string): string[] {
  return globSync('**/*.md', { cwd: root, exclude: (path) => NOT_OURS.has(basename(path)) }).sort();
}
