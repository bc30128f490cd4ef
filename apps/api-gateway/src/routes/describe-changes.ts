import { type RoutesFile } from './routes-file.schema.ts';

type Part = Readonly<Record<string, unknown>>;

/** Describes what a change of the routes file would do, one line for each request, upstream and limit. */
export function describeChanges(before: RoutesFile, after: RoutesFile): string[] {
  return [
    ...changesOf('limit', before.limits, after.limits),
    ...changesOf('upstream', before.upstreams, after.upstreams),
    ...changesOf('route', routesByRequest(before), routesByRequest(after)),
  ];
}

/** The settings of each request, with those of `defaults` that it has not set itself. */
function routesByRequest({ defaults, routes }: RoutesFile): Record<string, Part> {
  return Object.fromEntries(
    routes.flatMap(({ requests, hosts, headers, query, ...settings }) => {
      const conditions = { hosts, headers, query };
      const given = Object.values(conditions).some((condition) => condition !== undefined);
      const suffix = given ? ` ${JSON.stringify(conditions)}` : '';
      return requests.map(({ text }) => [text + suffix, { ...defaults, ...withoutUnset(settings) }]);
    }),
  );
}

function changesOf(what: string, before: Record<string, Part>, after: Record<string, Part>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === undefined) return [`+ ${what} ${name}`];
    if (is === undefined) return [`- ${what} ${name}`];
    const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const changed = fields.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]));
    if (changed.length === 0) return [];
    return [`~ ${what} ${name}: ${changed.map((field) => spell(field, was[field], is[field])).join(', ')}`];
  });
}

const spell = (field: string, was: unknown, is: unknown) =>
  `${field} ${JSON.stringify(was) ?? 'unset'} → ${JSON.stringify(is) ?? 'unset'}`;

function withoutUnset(settings: Part): Part {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
