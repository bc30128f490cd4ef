import { InvalidRatePolicy, ratePolicy } from '@groundwork/rate-limiting';
import { BUILT_IN_LIMITS } from './built-in-limits.ts';
import { OWN_PATHS } from './own-paths.ts';
import { type Place } from './routes-document.ts';
import { type RoutesFile } from './routes-file.schema.ts';

interface Found {
  readonly place: Place;
  readonly text: string;
}

/** Finds the faults that a schema cannot detect: references to unknown names, unreachable routes and unused parts. */
export function findRouteFaults(file: RoutesFile): Found[] {
  return [...badLimits(file), ...unknownNames(file), ...unreachableRoutes(file), ...uselessParts(file)];
}

function badLimits({ limits }: RoutesFile): Found[] {
  return Object.entries(limits).flatMap(([name, limit]): Found[] => {
    if (name === 'operator-key-failures' && limit.shadow)
      return [
        {
          place: ['limits', name, 'shadow'],
          text: 'expected a limit that refuses: it stops guesses of keys',
        },
      ];
    try {
      ratePolicy({ name, ...limit });
      return [];
    } catch (error) {
      if (!(error instanceof InvalidRatePolicy)) throw error;
      return [{ place: ['limits', name], text: error.message }];
    }
  });
}

function unknownNames({ limits, upstreams, defaults, routes }: RoutesFile): Found[] {
  const found: Found[] = [];
  const check = (place: Place, name: string, known: object, what: string) => {
    if (Object.hasOwn(known, name)) return;
    const expected = Object.keys(known).join(', ');
    found.push({ place, text: `unknown ${what} "${name}": expected one of ${expected}` });
  };
  defaults.limit.forEach((name) => check(['defaults', 'limit'], name, limits, 'limit'));
  routes.forEach((route, index) => {
    for (const name of Object.keys(route.upstream ?? {}))
      check(['routes', index, 'upstream'], name, upstreams, 'upstream');
    route.limit?.forEach((name) => check(['routes', index, 'limit'], name, limits, 'limit'));
  });
  return found;
}

/** The name of a parameter does not affect matching, and a literal has priority over a parameter in any order. */
function unreachableRoutes({ routes }: RoutesFile): Found[] {
  const first = new Map<string, string>();
  return routes.flatMap(({ requests, hosts, headers, query }, index) =>
    requests.flatMap(({ text }, at): Found[] => {
      const place = ['routes', index, 'requests', at];
      const [, path = ''] = text.split(' ');
      if (OWN_PATHS.has(path)) return [{ place, text: `unreachable: the gateway answers ${path} itself` }];
      const repeated = path.match(/\{\w+\}/g)?.find((name, each, names) => names.indexOf(name) !== each);
      if (repeated !== undefined)
        return [{ place, text: `expected every parameter once, found ${repeated} twice` }];
      const shape = JSON.stringify([text.replaceAll(/\{\w+\}/g, '{}'), hosts, headers, query]);
      const earlier = first.get(shape);
      if (earlier !== undefined) return [{ place, text: `unreachable: ${earlier}` }];
      first.set(shape, `routes[${index}] already takes ${text}`);
      return [];
    }),
  );
}

/** An unused upstream or limit is a misspelt name or a leftover. */
function uselessParts({ limits, upstreams, defaults, routes }: RoutesFile): Found[] {
  const usedUpstreams = new Set(routes.flatMap(({ upstream }) => Object.keys(upstream ?? {})));
  const usedLimits = new Set([
    ...defaults.limit,
    ...Object.keys(BUILT_IN_LIMITS),
    ...routes.flatMap(({ limit }) => limit ?? []),
  ]);
  const unused = (part: string, known: object, used: ReadonlySet<string | undefined>) =>
    Object.keys(known)
      .filter((name) => !used.has(name))
      .map((name) => ({ place: [part, name], text: 'expected a route that uses it' }));
  return [...unused('upstreams', upstreams, usedUpstreams), ...unused('limits', limits, usedLimits)];
}
