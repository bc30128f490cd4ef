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

/** The header components, under their names as fields. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': header('Names this request in every log; the one that was sent in, if it was sane.'),
  RateLimit: header(
    'What is left of the limit (draft-ietf-httpapi-ratelimit-headers), e.g. "default";r=999;t=1.',
  ),
  'RateLimit-Policy': header('The limit that counts this request, e.g. "default";q=1000;w=2.'),
  'Retry-After': header('Seconds to wait before trying again, at least 1.', { type: 'integer', minimum: 1 }),
  Allow: header('The methods this path takes.'),
  Location: header('The path of what was created.'),
  'Idempotency-Replayed': header('"true" if this repeats an earlier answer to the same key.', {
    const: 'true',
  }),
  'Cache-Status': header('Which cache tier answered (RFC 9211).'),
  'WWW-Authenticate': header('The header that is missing.'),
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof RESPONSE_HEADERS;

/** On every answer that a route gives. */
export const COMMON_HEADERS: readonly HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];

export function headerRefs(names: readonly HeaderName[]): Record<string, JsonSchema> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
