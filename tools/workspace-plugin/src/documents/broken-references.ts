import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf, referencesOf } from './references.ts';

/** Returns the broken links of a page, and the files that it names but that do not exist. */
export function brokenReferences(root: string, page: string): string[] {
  const { links, files } = referencesOf(readFileSync(join(root, page), 'utf8'));
  return [
    ...links.filter((link) => !linkLeadsSomewhere(root, page, link)),
    ...files.filter((file) => !fileExists(root, page, file)),
  ];
}

function linkLeadsSomewhere(root: string, page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path));
  if (!existsSync(target)) return false;
  return !anchor || !target.endsWith('.md') || anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** A file may be named relative to the root, to its page or to its project's src, or by its bare name within the project. */
function fileExists(root: string, page: string, named: string): boolean {
  const file = named.replace(/\/dist\/(.*)\.js$/, '/src/$1.ts');
  const project = /^(?:apps|libs|tools)\/[^/]+/.exec(page)?.[0] ?? '';
  const places = [file, join(dirname(page), file), join(project, 'src', file)];
  if (places.some((place) => isThere(root, place))) return true;
  return project !== '' && isThere(root, join(project, '{src,conformance,test,config}', '**', file));
}

function isThere(root: string, pattern: string): boolean {
  return globSync(pattern, { cwd: root }).length > 0;
}
