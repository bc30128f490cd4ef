import { type Node, parseTree } from 'jsonc-parser';
import { DuplicateNamesError } from './duplicate-names.error.ts';
import { jsonPointer } from './json-pointer.ts';

/**
 * Parses a JSON text that people write by hand, as `JSON.parse` does. `JSON.parse` itself silently keeps the last of several
 * values of one name.
 *
 * @throws {SyntaxError} if the text is not JSON @throws {DuplicateNamesError}
 */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const duplicates = duplicatesIn(parseTree(text), []);
  if (duplicates.length > 0) throw new DuplicateNamesError(duplicates);
  return value;
}

function duplicatesIn(node: Node | undefined, path: readonly PropertyKey[]): string[] {
  if (node?.type === 'array')
    return node.children!.flatMap((child, index) => duplicatesIn(child, [...path, index]));
  if (node?.type !== 'object') return [];
  const seen = new Set<string>();
  return node.children!.flatMap((property) => {
    const [name, value] = property.children!;
    const place = [...path, name!.value as string];
    const isRepeated = seen.has(name!.value);
    seen.add(name!.value);
    return [...(isRepeated ? [jsonPointer(...place)] : []), ...duplicatesIn(value, place)];
  });
}
