import { z } from 'zod';
import { requestPattern } from './requests.schema.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const name = z.string().regex(NAME, 'expected lower-case letters, digits and dashes');
const milliseconds = z.int().min(1).max(3_600_000);
const share = z.number().min(0).max(1);

const PATH_OF_LITERALS = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * `none`: one attempt; only a failed connection is retried at another replica. `safe`: also retries GET, HEAD, PUT and
 * DELETE. `idempotent`: also retries any method with an Idempotency-Key; its body is held (up to 64 KiB) to be sent again.
 */
const retry = z.enum(['none', 'safe', 'idempotent']);

/** One item, or several. */
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item).min(1));

/** One name, or several: a request is then counted by all of them, or by none. */
const limitNames = z.preprocess(
  (given) => (typeof given === 'string' ? [given] : given),
  z
    .array(name)
    .min(1)
    .max(4)
    .refine((names) => new Set(names).size === names.length, 'expected each limit once'),
);

const bytes = z.int().min(0).max(1_073_741_824);

/** What every route has, unless it has a value of its own. */
const Defaults = z.strictObject({
  /** The policies in `limits` that count the requests, by client address. */
  limit: limitNames.default(['default']),
  /** The time until the head of the response. After it, the upstream's work is cancelled and the client gets a 504. */
  timeoutMs: milliseconds.default(10_000),
  /** The longest pause in the middle of a response body. */
  idleTimeoutMs: milliseconds.default(60_000),
  maxBodyBytes: bytes.default(1_048_576),
  retry: retry.default('safe'),
});

/** A condition for a header field or a query parameter. A text is the value; `null` means that it is present. */
const conditions = z.record(
  z.string().min(1),
  z.union([
    z.null().transform(() => ({})),
    z.string().transform((equals) => ({ equals })),
    z.strictObject({
      equals: z.string().optional(),
      prefix: z.string().optional(),
      regex: z.string().optional(),
      not: z.boolean().optional(),
    }),
  ]),
);

const fieldChanges = z.strictObject({
  set: z.record(z.string(), z.string()).optional(),
  add: z.record(z.string(), z.string()).optional(),
  remove: z.array(z.string()).optional(),
});

const Route = z
  .strictObject({
    requests: oneOrMore(requestPattern),
    hosts: oneOrMore(
      z.string().regex(/^(\*\.)?[A-Za-z0-9.-]+$/, 'expected a name, or *. and a name'),
    ).optional(),
    headers: conditions.optional(),
    query: conditions.optional(),
    /** The name of an upstream, or several with their weights. */
    upstream: z
      .union([
        name.transform((only) => ({ [only]: 1 })),
        z
          .record(name, z.int().min(0).max(1_000_000))
          .refine(
            (weights) => Object.values(weights).some((weight) => weight > 0),
            'expected a weight above 0',
          ),
      ])
      .optional(),
    redirect: z
      .strictObject({
        to: z.string().min(1),
        status: z.union([301, 302, 303, 307, 308].map((status) => z.literal(status))).optional(),
        keepQuery: z.boolean().optional(),
      })
      .optional(),
    respond: z
      .strictObject({
        status: z.int().min(200).max(599),
        body: z.string().default(''),
        contentType: z.string().default('text/plain; charset=utf-8'),
      })
      .optional(),
    /** The path that the upstream gets. It may contain parameters of the path. */
    rewrite: z.string().startsWith('/').optional(),
    /** Requests with equal keys get the same upstream, and the same replica if the upstream hashes. */
    key: z.string().optional(),
    requestFields: fieldChanges.optional(),
    responseFields: fieldChanges.optional(),
    operatorKey: z.boolean().default(false),
    limit: limitNames.optional(),
    timeoutMs: milliseconds.optional(),
    /** The time until the head of the response of one attempt. */
    perTryTimeoutMs: milliseconds.optional(),
    idleTimeoutMs: milliseconds.optional(),
    maxBodyBytes: bytes.optional(),
    retry: retry.optional(),
    /** Statuses of responses that are tried again at another replica. */
    retryOn: z.array(z.int().min(400).max(599)).optional(),
    /** Sends a repeatable request to a second replica when the first has not responded for so long. */
    hedgeAfterMs: milliseconds.optional(),
  })
  .refine(
    ({ upstream, redirect, respond }) =>
      [upstream, redirect, respond].filter((action) => action !== undefined).length === 1,
    'expected one of upstream, redirect and respond',
  );

const URLS =
  'expected http URLs without a path, comma-separated, one a replica, e.g. http://order-service:3000';

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === 'http:' && url.href === `${url.origin}/` && url.hostname !== '';
}

const Upstream = z.strictObject({
  urls: z
    .string()
    .refine((urls) => urls.split(',').every(isOrigin), URLS)
    .transform((urls) => urls.split(',').map((url) => new URL(url))),
  connectTimeoutMs: milliseconds.default(1_000),
  healthPath: z
    .string()
    .regex(PATH_OF_LITERALS, 'expected a path, e.g. /health/live')
    .default('/health/live'),
  /** Probes each replica so often. Without it, only replicas that are silent while requests wait are probed. */
  checkEveryMs: milliseconds.optional(),
  /** `least-busy`: the less busy of two random replicas. `hash`: by the key of the route. */
  balance: z.enum(['least-busy', 'hash']).default('least-busy'),
  slowStartMs: milliseconds.optional(),
  panicShare: share.optional(),
});

export const RoutesFile = z.strictObject({
  limits: z.record(
    name,
    z.strictObject({
      capacity: z.int().min(1).max(1_000_000_000),
      ratePerSecond: z.number().positive().max(100_000),
      whenStoreFails: z.enum(['local-share', 'open', 'closed']).default('local-share'),
      shadow: z.boolean().default(false),
    }),
  ),
  upstreams: z.record(name, Upstream),
  defaults: Defaults.prefault({}),
  routes: z.array(Route).min(1),
});
export type RoutesFile = z.output<typeof RoutesFile>;
export type RouteOfFile = RoutesFile['routes'][number];
