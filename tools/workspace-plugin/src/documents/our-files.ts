import { globSync } from 'node:fs';
import { basename } from 'node:path';

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.nx', '.groundwork', 'test-results']);

/** Returns the files of the repository that match the pattern, relative to its root; without dependencies and built files. */
export function ourFiles(root: string, pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (path) => NOT_OURS.has(basename(path)) }).sort();
}
