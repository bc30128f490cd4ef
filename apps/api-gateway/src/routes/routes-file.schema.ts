import { z } from 'zod';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const name = z.string().regex(NAME, 'expected lower-case letters, digits and dashes');
const milliseconds = z.int().min(1).max(3_600_000);

/** A literal segment matches itself, so it may contain only characters that have one spelling in a normalised path. */
const PATH = /^(\/([A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\}))+$/;

const PATH_OF_LITERALS = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * `none`: one attempt; only a failed connection is retried at another replica. `safe`: also retries GET, HEAD, PUT and
 * DELETE. `idempotent`: also retries any method with an Idempotency-Key; its body is held (up to 64 KiB) to be sent again.
 */
const retry = z.enum(['none', 'safe', 'idempotent']);

/** One name, or several: a request is then counted by all of them, or by none. */
const limitNames = z.preprocess(
  (given) => (typeof given === 'string' ? [given] : given),
  z
    .array(name)
    .min(1)
    .max(4)
    .refine((names) => new Set(names).size === names.length, 'expected each limit once'),
);

const settings = {
  /** The policies in `limits` that count the requests, by client address. */
  limit: limitNames,
  /** The time until the head of the response. After it, the upstream's work is cancelled and the client gets a 504. */
  timeoutMs: milliseconds,
  /** The longest pause in the middle of a response body. */
  idleTimeoutMs: milliseconds,
  maxBodyBytes: z.int().min(0).max(1_073_741_824),
  retry,
};

const Route = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z
    .string()
    .max(512)
    .regex(
      PATH,
      'expected segments of letters, digits, ".", "_", "~", "-", or {parameter}, e.g. /v1/orders/{id}',
    )
    .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), 'expected no dot segments: clients remove them'),
  upstream: name,
  operatorKey: z.boolean().default(false),
  limit: settings.limit.optional(),
  timeoutMs: settings.timeoutMs.optional(),
  idleTimeoutMs: settings.idleTimeoutMs.optional(),
  maxBodyBytes: settings.maxBodyBytes.optional(),
  retry: settings.retry.optional(),
});

const URLS =
  'expected http URLs without a path, comma-separated, one a replica, e.g. http://order-service:3000';

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === 'http:' && url.href === `${url.origin}/` && url.hostname !== '';
}

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
  upstreams: z.record(
    name,
    z.strictObject({
      urls: z
        .string()
        .refine((urls) => urls.split(',').every(isOrigin), URLS)
        .transform((urls) => urls.split(',').map((url) => new URL(url))),
      connectTimeoutMs: milliseconds.default(1_000),
      healthPath: z
        .string()
        .regex(PATH_OF_LITERALS, 'expected a path, e.g. /health/live')
        .default('/health/live'),
    }),
  ),
  defaults: z.strictObject(settings),
  routes: z.array(Route).min(1),
});
export type RoutesFile = z.output<typeof RoutesFile>;
