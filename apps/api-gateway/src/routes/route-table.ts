import { type Route } from './route.ts';

export type Match =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown-path' };

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  readonly methods: Map<string, Route>;
}

const emptyNode = (): Node => ({ literals: new Map(), parameter: undefined, methods: new Map() });

/**
 * Finds the route of a method and path. At every segment a literal has priority over a parameter, in any order of the file.
 */
export class RouteTable {
  readonly #root = emptyNode();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  /** `path` is normalised and has no query. A segment that still contains an escape matches no literal. */
  match(method: string, path: string): Match {
    const segments = path.slice(1).split('/');
    const ends: Node[] = [];
    collectEnds(this.#root, segments, 0, ends);
    for (const { methods } of ends) {
      const route = methods.get(method) ?? (method === 'HEAD' ? methods.get('GET') : undefined);
      if (route) return { kind: 'route', route };
    }
    if (ends.length === 0) return { kind: 'unknown-path' };
    const allowed = new Set(ends.flatMap(({ methods }) => [...methods.keys()]));
    if (allowed.has('GET')) allowed.add('HEAD');
    return { kind: 'method-not-allowed', allow: [...allowed].sort() };
  }

  #add(route: Route): void {
    let node = this.#root;
    for (const segment of route.path.slice(1).split('/')) {
      if (segment.startsWith('{')) {
        node.parameter ??= emptyNode();
        node = node.parameter;
      } else {
        const next = node.literals.get(segment) ?? emptyNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    node.methods.set(route.method, route);
  }
}

/** Collects the nodes at which a path ends, those with the most literals first. */
function collectEnds(node: Node, segments: readonly string[], depth: number, ends: Node[]): void {
  const segment = segments[depth];
  if (segment === undefined) {
    if (node.methods.size > 0) ends.push(node);
    return;
  }
  const literal = node.literals.get(segment);
  if (literal) collectEnds(literal, segments, depth + 1, ends);
  if (node.parameter && segment !== '') collectEnds(node.parameter, segments, depth + 1, ends);
}
