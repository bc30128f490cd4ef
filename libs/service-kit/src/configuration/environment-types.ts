import { z } from 'zod';

/** The types of environment variables. Each has a text of what it expects, which the start-up error prints. */

const text = (expected: string) => z.string({ error: expected }).describe(expected);

function url(protocols: readonly string[], expected: string) {
  return text(expected).refine((value) => {
    const parsed = URL.parse(value);
    return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '';
  }, expected);
}

export const postgresUrl = url(
  ['postgres:', 'postgresql:'],
  'expected a Postgres URL, e.g. postgres://user:password@host:5432/database',
);

export const redisUrl = url(['redis:', 'rediss:'], 'expected a Redis URL, e.g. redis://host:6379');

const BROKERS = 'expected Kafka brokers as host:port, comma-separated, e.g. kafka:9092';

/** `a:9092,b:9092` → `['a:9092', 'b:9092']` */
export const kafkaBrokers = text(BROKERS)
  .refine((value) => value.split(',').every((broker) => parseHostPort(broker) !== undefined), BROKERS)
  .transform((value) => value.split(','));

const HTTP_URLS = 'expected http URLs, comma-separated, one per replica, e.g. http://order-service:3000';

/** `http://a:1,http://b:2` → URLs, one per replica. */
export const httpUrls = text(HTTP_URLS)
  .refine(
    (value) => value.split(',').every((one) => /^https?:$/.test(URL.parse(one)?.protocol ?? '')),
    HTTP_URLS,
  )
  .transform((value) => value.split(',').map((one) => new URL(one)));

const ADDRESS = 'expected host:port, e.g. 0.0.0.0:3000';

/** `0.0.0.0:3000` → `{ host, port }`. With port 0 the system chooses a free port. */
export const listenAddress = text(ADDRESS).transform((value, context) => {
  const address = parseHostPort(value);
  if (address !== undefined) return address;
  context.issues.push({ code: 'custom', input: value, message: ADDRESS });
  return z.NEVER;
});

/** A positive whole number of milliseconds. */
export function durationMs(defaultMs: number) {
  const expected = 'expected a whole number of milliseconds, at least 1';
  return z.coerce
    .number({ error: expected })
    .int(expected)
    .min(1, expected)
    .default(defaultMs)
    .describe(expected);
}

function parseHostPort(value: string): { host: string; port: number } | undefined {
  const match = /^(\[[0-9a-fA-F:]+\]|[^\s:/,]+):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  return match?.[1] !== undefined && port <= 65_535
    ? { host: match[1].replace(/^\[|\]$/g, ''), port }
    : undefined;
}
