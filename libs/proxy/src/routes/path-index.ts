import { LinearRegex } from './linear-regex.ts';
import { type PathMatch } from './route-match.ts';

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  parameter: Node<T> | undefined;
  /** Items whose path ends here, and items whose prefix ends here. */
  readonly ends: T[];
  readonly prefixes: T[];
}

const emptyNode = <T>(): Node<T> => ({ literals: new Map(), parameter: undefined, ends: [], prefixes: [] });

/**
 * Finds the items of a path, in the order of precedence: exact paths and templates (at each segment, a literal before a parameter), then
 * prefixes (the longest first), then regular expressions in their order. A lookup walks the segments of the path, however many items
 * there are; only regular expressions are tried one after the other.
 */
export class PathIndex<T> {
  readonly #root = emptyNode<T>();
  readonly #expressions: { readonly regex: LinearRegex; readonly item: T }[] = [];

  /** @throws {RangeError} for a regular expression that RE2 does not support */
  add(path: PathMatch, item: T): void {
    if ('regex' in path) this.#expressions.push({ regex: new LinearRegex(path.regex), item });
    else if ('prefix' in path) this.#nodeOf(segmentsOf(path.prefix.replace(/\/$/, ''))).prefixes.push(item);
    else if ('exact' in path) this.#nodeOf(segmentsOf(path.exact)).ends.push(item);
    else this.#nodeOf(segmentsOf(path.template), true).ends.push(item);
  }

  /** Calls `visit` with the items of a path, group by group, until it returns true. */
  find(path: string, visit: (items: readonly T[]) => boolean): void {
    const segments = segmentsOf(path);
    const prefixes: (readonly T[])[] = [];
    if (visitEnds(this.#root, segments, 0, visit, prefixes)) return;
    // The deepest node was collected last.
    for (const items of prefixes.reverse()) if (visit(items)) return;
    for (const { regex, item } of this.#expressions) if (regex.matches(path) && visit([item])) return;
  }

  #nodeOf(segments: readonly string[], hasParameters = false): Node<T> {
    let node = this.#root;
    for (const segment of segments) {
      if (hasParameters && segment.startsWith('{')) {
        node.parameter ??= emptyNode();
        node = node.parameter;
      } else {
        const next = node.literals.get(segment) ?? emptyNode<T>();
        node.literals.set(segment, next);
        node = next;
      }
    }
    return node;
  }
}

/** `/` has one empty segment, and the path of the prefix `/` has none. */
function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.slice(1).split('/');
}

function visitEnds<T>(
  node: Node<T>,
  segments: readonly string[],
  depth: number,
  visit: (items: readonly T[]) => boolean,
  prefixes: (readonly T[])[],
): boolean {
  if (node.prefixes.length > 0) prefixes.push(node.prefixes);
  const segment = segments[depth];
  if (segment === undefined) return node.ends.length > 0 && visit(node.ends);
  const literal = node.literals.get(segment);
  if (literal && visitEnds(literal, segments, depth + 1, visit, prefixes)) return true;
  if (!node.parameter || segment === '') return false;
  return visitEnds(node.parameter, segments, depth + 1, visit, prefixes);
}
