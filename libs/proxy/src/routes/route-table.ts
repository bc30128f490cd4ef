import { type IncomingHttpHeaders } from 'node:http';
import { valueTestOf, type ValueTest } from './field-matcher.ts';
import { fieldValue } from './field-value.ts';
import { HostIndex } from './host-index.ts';
import { PathIndex } from './path-index.ts';
import { type RouteMatch } from './route-match.ts';

export interface Matchable {
  readonly match: RouteMatch;
}

export interface RoutedRequest {
  readonly method: string;
  /** The Host field. */
  readonly host: string;
  /** In its normal form. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

export type Match<Route> =
  | { readonly kind: 'route'; readonly route: Route }
  /** Some routes have the path, and none has the method. `allow` is sorted. */
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown-path' };

interface Candidate<Route> {
  readonly route: Route;
  readonly methods: ReadonlySet<string> | undefined;
  readonly headers: readonly { readonly name: string; readonly test: ValueTest }[];
  readonly query: readonly { readonly name: string; readonly test: ValueTest }[];
}

/**
 * Finds the route of a request. The precedence is that of the Kubernetes Gateway API: host, then path (exact or template, longest prefix,
 * regular expression), then method, then the number of header conditions, then that of query conditions, then the order of the routes.
 */
export class RouteTable<Route extends Matchable> {
  readonly #hosts = new HostIndex<PathIndex<Candidate<Route>>>();

  /** @throws {RangeError} for an invalid condition or regular expression */
  constructor(routes: readonly Route[]) {
    for (const route of [...routes].sort(bySpecificity)) this.#add(route);
  }

  match(request: RoutedRequest): Match<Route> {
    const found: { route?: Route } = {};
    const allow = new Set<string>();
    this.#hosts.find(request.host, (paths) => {
      paths.find(request.path, (candidates) => {
        for (const { methods, headers, query, route } of candidates) {
          if (!holdsFor(request, headers, query)) continue;
          if (methods !== undefined && !methods.has(request.method)) {
            for (const method of methods) allow.add(method);
            continue;
          }
          found.route = route;
          return true;
        }
        return false;
      });
      return found.route !== undefined;
    });
    if (found.route !== undefined) return { kind: 'route', route: found.route };
    if (allow.size > 0) return { kind: 'method-not-allowed', allow: [...allow].sort() };
    return { kind: 'unknown-path' };
  }

  #add(route: Route): void {
    const { hosts, path, methods, headers = [], query = [] } = route.match;
    const candidate: Candidate<Route> = {
      route,
      methods: methods && new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods),
      headers: headers.map((condition) => ({
        name: condition.name.toLowerCase(),
        test: valueTestOf(condition),
      })),
      query: query.map((condition) => ({ name: condition.name, test: valueTestOf(condition) })),
    };
    for (const host of hosts ?? [undefined])
      this.#hosts.get(host, () => new PathIndex()).add(path, candidate);
  }
}

/** Among routes of one path, those with more conditions come first. The sort is stable. */
function bySpecificity({ match: one }: Matchable, { match: other }: Matchable): number {
  const count = (list: readonly unknown[] | undefined) => list?.length ?? 0;
  return (
    Number(other.methods !== undefined) - Number(one.methods !== undefined) ||
    count(other.headers) - count(one.headers) ||
    count(other.query) - count(one.query)
  );
}

function holdsFor(
  { headers, query }: RoutedRequest,
  fields: Candidate<unknown>['headers'],
  parameters: Candidate<unknown>['query'],
): boolean {
  for (const { name, test } of fields) if (!test(fieldValue(headers[name]))) return false;
  if (parameters.length === 0) return true;
  const given = new URLSearchParams(query);
  return parameters.every(({ name, test }) => test(given.get(name) ?? undefined));
}
