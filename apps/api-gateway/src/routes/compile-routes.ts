import {
  BoundedHash,
  compilePathTemplate,
  compileRequestKey,
  DEFAULT_RETRIES,
  type FieldCondition,
  FieldTransform,
  type PathMatch,
  PowerOfTwoChoices,
  Redirect,
  RouteTable,
  WeightedClusters,
} from '@groundwork/proxy';
import { ratePolicy } from '@groundwork/rate-limiting';
import { BUILT_IN_LIMITS } from './built-in-limits.ts';
import { type RequestPattern } from './requests.schema.ts';
import { type Route, type RouteAction, type Routes, type UpstreamSettings } from './route.ts';
import { type RouteOfFile, type RoutesFile } from './routes-file.schema.ts';

/** A body of this size is held until it is complete, and the client has so long to send it. */
const HELD_BODIES = { maxHeldBytes: 65_536, heldWithinMs: 5_000 };

/** A part of a route that cannot be compiled. */
export class RouteFault extends Error {
  /** Its place in the file. */
  readonly place: readonly PropertyKey[];

  constructor(place: readonly PropertyKey[], cause: RangeError) {
    super(cause.message, { cause });
    this.name = 'RouteFault';
    this.place = place;
  }
}

/** Compiles a file whose names are all known. @throws {RouteFault} for a condition, a path or a key that is not valid */
export function compileRoutes(file: string, content: RoutesFile): Routes {
  const policies = new Map(
    Object.entries({ ...BUILT_IN_LIMITS, ...content.limits }).map(([name, limit]) => [
      name,
      ratePolicy({ name, ...limit }),
    ]),
  );
  const policyOf = (name: string) => {
    const policy = policies.get(name);
    if (!policy) throw new Error(`the checked routes file refers to the unknown limit ${name}`);
    return policy;
  };
  const { defaults } = content;
  return {
    file,
    ownPagesLimit: policyOf('own-pages'),
    probesLimit: policyOf('probes'),
    operatorKeyFailures: policyOf('operator-key-failures'),
    upstreams: Object.entries(content.upstreams).map(([name, upstream]) => upstreamOf(name, upstream)),
    routes: content.routes.flatMap((given, index) =>
      given.requests.map((request, at): Route => {
        const place = ['routes', index];
        const match = matchOf(given, request);
        attempt([...place, 'requests', at], () => new RouteTable([{ match }]));
        return {
          id: request.text,
          match,
          action: actionOf(given, request.path, place),
          requestFields: transformOf(given.requestFields, [...place, 'requestFields']),
          responseFields: transformOf(given.responseFields, [...place, 'responseFields']),
          limits: (given.limit ?? defaults.limit).map(policyOf),
          timeoutMs: given.timeoutMs ?? defaults.timeoutMs,
          ...(given.perTryTimeoutMs !== undefined && { perTryTimeoutMs: given.perTryTimeoutMs }),
          idleTimeoutMs: given.idleTimeoutMs ?? defaults.idleTimeoutMs,
          maxBodyBytes: given.maxBodyBytes ?? defaults.maxBodyBytes,
          ...HELD_BODIES,
          retries: {
            ...DEFAULT_RETRIES,
            repeat: given.retry ?? defaults.retry,
            onStatus: new Set(given.retryOn),
          },
          ...(given.hedgeAfterMs !== undefined && { hedgeAfterMs: given.hedgeAfterMs }),
          operatorKey: given.operatorKey,
        };
      }),
    ),
  };
}

function matchOf({ hosts, headers, query }: RouteOfFile, { method, path }: RequestPattern) {
  return {
    path,
    ...(method !== undefined && { methods: [method] }),
    ...(hosts !== undefined && { hosts }),
    ...(headers !== undefined && { headers: conditionsOf(headers) }),
    ...(query !== undefined && { query: conditionsOf(query) }),
  };
}

function conditionsOf(given: NonNullable<RouteOfFile['headers']>): FieldCondition[] {
  return Object.entries(given).map(([name, condition]) => ({ name, ...condition }) as FieldCondition);
}

function actionOf(given: RouteOfFile, path: PathMatch, place: readonly PropertyKey[]): RouteAction {
  const { redirect, respond, upstream = {}, rewrite, key } = given;
  if (redirect !== undefined)
    return {
      kind: 'redirect',
      redirect: attempt([...place, 'redirect', 'to'], () => new Redirect(path, redirect as never)),
    };
  if (respond !== undefined) return { kind: 'respond', ...respond, body: Buffer.from(respond.body) };
  const weights = Object.entries(upstream).map(([cluster, weight]) => ({ cluster, weight }));
  return {
    kind: 'forward',
    upstreams: new WeightedClusters(weights),
    key: key === undefined ? undefined : attempt([...place, 'key'], () => compileRequestKey(path, key)),
    rewrite:
      rewrite === undefined
        ? undefined
        : attempt([...place, 'rewrite'], () => compilePathTemplate(path, rewrite)),
  };
}

function transformOf(changes: RouteOfFile['requestFields'], place: readonly PropertyKey[]) {
  return changes === undefined ? undefined : attempt(place, () => new FieldTransform(changes as never));
}

function upstreamOf(name: string, given: RoutesFile['upstreams'][string]): UpstreamSettings {
  const { urls, connectTimeoutMs, healthPath, checkEveryMs, balance, slowStartMs, panicShare } = given;
  const cluster = {
    name,
    urls,
    connectTimeoutMs,
    healthPath,
    loadBalancer: balance === 'hash' ? new BoundedHash() : new PowerOfTwoChoices(),
    ...(checkEveryMs !== undefined && { healthCheck: { intervalMs: checkEveryMs } }),
    ...(slowStartMs !== undefined && { slowStartMs }),
    ...(panicShare !== undefined && { panicShare }),
  };
  return { name, fingerprint: JSON.stringify(given), cluster };
}

function attempt<T>(place: readonly PropertyKey[], compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof RangeError) throw new RouteFault(place, error);
    throw error;
  }
}
