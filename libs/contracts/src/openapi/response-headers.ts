import { type JsonSchema } from './component-schemas.ts';

export interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly required?: boolean;
}

const header = (description: string, schema: JsonSchema = { type: 'string' }): Header => ({
  description,
  schema,
});

/** The header components, by the name of the HTTP field. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': header(
    'Identifies this request in every log; the id of the client, if it sent a valid one.',
  ),
  RateLimit: header(
    'The remaining quota of the limit (draft-ietf-httpapi-ratelimit-headers), e.g. "default";r=999;t=1.',
  ),
  'RateLimit-Policy': header('The limit that this request counts against, e.g. "default";q=1000;w=2.'),
  'Retry-After': header('Seconds to wait before a retry, at least 1.', { type: 'integer', minimum: 1 }),
  Allow: header('The methods that this path supports.'),
  Location: header('The path of the created resource.'),
  'Idempotency-Replayed': header('"true" if this answer repeats an earlier answer to the same key.', {
    const: 'true',
  }),
  'Cache-Status': header('Which cache tier answered (RFC 9211).'),
  'Cache-Control': header(
    'Who may keep the answer, and for how long (RFC 9111). An edge keeps it until a purge; a browser asks each time.',
  ),
  ETag: header('Identifies the body (RFC 9110). Send it back in If-None-Match, or in If-Match of a write.'),
  'Surrogate-Key': header('The tags by which an edge purges the answer, separated by spaces.'),
  xkey: header('The same as Surrogate-Key, for Varnish.'),
  'WWW-Authenticate': header('The header that the request must have.'),
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof RESPONSE_HEADERS;

/** The headers of every answer of a route. */
export const COMMON_HEADERS: readonly HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];

/** The headers of an answer that an edge may keep and revalidate. */
export const SHARED_HEADERS: readonly HeaderName[] = [
  'Cache-Status',
  'Cache-Control',
  'ETag',
  'Surrogate-Key',
  'xkey',
];

export function headerRefs(names: readonly HeaderName[]): Record<string, JsonSchema> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
