import { z } from 'zod';
import { requestPattern } from './requests.schema.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const name = z.string().regex(NAME, 'expected lower-case letters, digits and dashes');
const milliseconds = z.int().min(1).max(3_600_000);
const share = z.number().min(0).max(1);

const PATH_OF_LITERALS = /^(\/[A-Za-z0-9._~-]+)+$/;

const retry = z
  .enum(['none', 'safe', 'idempotent'])
  .describe(
    'none: one attempt, but a failed connection is tried at another replica; safe: also GET, HEAD, PUT, DELETE and OPTIONS; ' +
      'idempotent: also any method with an Idempotency-Key, whose body is held (up to 64 KiB) to be sent again',
  );

/** One text, or several. `z.preprocess` has no JSON Schema of its own. */
const ONE_OR_MORE = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
};
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(item).min(1)).meta(ONE_OR_MORE);

const limitNames = z
  .preprocess(
    (given) => (typeof given === 'string' ? [given] : given),
    z
      .array(name)
      .min(1)
      .max(4)
      .refine((names) => new Set(names).size === names.length, 'expected each limit once'),
  )
  .meta({
    ...ONE_OR_MORE,
    description: 'limits that count the requests, by client address: by all of them, or by none',
  });

const timeoutMs = milliseconds.describe(
  "the time until the head of the response; after it, the upstream's work is cancelled and the client gets a 504",
);
const idleTimeoutMs = milliseconds.describe('the longest pause in the middle of a response body');
const bytes = z.int().min(0).max(1_073_741_824);

/** What every route has, unless it has a value of its own. */
const Defaults = z.strictObject({
  limit: limitNames.default(['default']),
  timeoutMs: timeoutMs.default(10_000),
  idleTimeoutMs: idleTimeoutMs.default(60_000),
  maxBodyBytes: bytes.default(1_048_576),
  retry: retry.default('safe'),
});

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
    requests: oneOrMore(requestPattern).describe(
      'METHOD PATH, or several: GET /v1/orders/{id}; the method may be *, the path may end with /**, or be ~ and an RE2 expression',
    ),
    hosts: oneOrMore(
      z.string().regex(/^(\*\.)?[A-Za-z0-9.-]+$/, 'expected a name, or *. and a name'),
    ).optional(),
    headers: conditions.optional(),
    query: conditions.optional(),
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
    rewrite: z
      .string()
      .startsWith('/')
      .optional()
      .describe(
        'the path that the upstream gets, with parameters of the path; for /**, the rest is appended',
      ),
    key: z
      .string()
      .optional()
      .describe(
        'address, header:NAME, cookie:NAME or parameter:NAME: equal keys get the same upstream, and the same replica if it hashes',
      ),
    requestFields: fieldChanges.optional(),
    responseFields: fieldChanges.optional(),
    operatorKey: z.boolean().default(false),
    limit: limitNames.optional(),
    timeoutMs: timeoutMs.optional(),
    perTryTimeoutMs: milliseconds
      .optional()
      .describe('the time until the head of the response of one attempt'),
    idleTimeoutMs: idleTimeoutMs.optional(),
    maxBodyBytes: bytes.optional(),
    retry: retry.optional(),
    retryOn: z
      .array(z.int().min(400).max(599))
      .optional()
      .describe('statuses of responses that are tried again at another replica'),
    hedgeAfterMs: milliseconds
      .optional()
      .describe(
        'sends a repeatable request to a second replica when the first has not responded for so long',
      ),
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
  checkEveryMs: milliseconds
    .optional()
    .describe('probes each replica so often; without it, only replicas that are silent while requests wait'),
  balance: z
    .enum(['least-busy', 'hash'])
    .default('least-busy')
    .describe('least-busy: the less busy of two random replicas; hash: by the key of the route'),
  slowStartMs: milliseconds.optional().describe('how long a new replica warms up'),
  panicShare: share
    .optional()
    .describe('when at most this share of the replicas is healthy, all of them get requests'),
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
