import { z } from 'zod';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const name = z.string().regex(NAME, 'expected lower-case letters, digits and dashes');
const milliseconds = z.int().min(1).max(3_600_000);

/** A literal segment stands for itself, so it may hold only what no client can write in a second way. */
const PATH = /^(\/([A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\}))+$/;

const PATH_OF_LITERALS = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * `none`: one attempt, save for replicas that could not be connected to. `safe`: also repeats GET, HEAD, PUT and DELETE.
 * `idempotent`: also a POST that carries an Idempotency-Key; its body is held (up to 64 KiB) to be sent again.
 */
const retry = z.enum(['none', 'safe', 'idempotent']);

const settings = {
  /** The policy of `limits` that requests are counted under, by client address. */
  limit: name,
  /** Until the answer's head: when it is over, the upstream's work is cancelled and the client gets 504. */
  timeoutMs: milliseconds,
  /** The longest silence in the middle of an answer's body. */
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
