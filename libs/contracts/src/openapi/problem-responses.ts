import { Problem } from '../http/problem.ts';
import { refTo } from './component-schemas.ts';
import { COMMON_HEADERS, type HeaderName, headerRefs } from './response-headers.ts';

interface ProblemResponse {
  readonly status: number;
  /** The values of `code`. */
  readonly codes: readonly string[];
  readonly headers?: readonly HeaderName[];
}

/** The problem documents that a client may receive, by component name. */
export const PROBLEM_RESPONSES = {
  InvalidRequest: {
    status: 400,
    codes: ['malformed-request', 'malformed-json', 'invalid-request', 'invalid-id', 'invalid-cursor'],
  },
  InvalidOrder: {
    status: 400,
    codes: [
      'malformed-request',
      'malformed-json',
      'invalid-request',
      'idempotency-key-missing',
      'idempotency-key-invalid',
    ],
  },
  InvalidSignUp: {
    status: 400,
    codes: ['malformed-request', 'malformed-json', 'invalid-request', 'idempotency-key-invalid'],
  },
  InvalidTransfer: {
    status: 400,
    codes: [
      'malformed-request',
      'malformed-json',
      'invalid-request',
      'invalid-id',
      'idempotency-key-missing',
      'idempotency-key-invalid',
    ],
  },
  InvalidView: {
    status: 400,
    codes: ['malformed-request', 'malformed-json', 'invalid-id', 'idempotency-key-invalid'],
  },
  InvalidBasket: {
    status: 400,
    codes: ['malformed-request', 'malformed-json', 'invalid-request', 'invalid-id', 'invalid-condition'],
  },
  OperatorKeyMissing: { status: 401, codes: ['operator-key-missing'], headers: ['WWW-Authenticate'] },
  OperatorKeyInvalid: { status: 403, codes: ['operator-key-invalid'] },
  NotFound: { status: 404, codes: ['not-found'] },
  EmailTaken: { status: 409, codes: ['email-taken'] },
  TenantInUse: { status: 409, codes: ['tenant-in-use'] },
  ShardConflict: { status: 409, codes: ['shard-exists', 'shard-being-added'] },
  MoveConflict: {
    status: 409,
    codes: [
      'already-moving',
      'plan-stale',
      'move-finished',
      'move-not-ready',
      'shard-not-ready',
      'references-differ',
      'table-not-movable',
      'schema-differs',
    ],
  },
  LetterConflict: { status: 409, codes: ['letter-redriven', 'letter-discarded'] },
  UnredrivableLetter: {
    status: 422,
    codes: ['consumer-without-redrive', 'letter-without-event', 'payload-incomplete', 'invalid-event-data'],
  },
  RedriveJobOver: { status: 409, codes: ['redrive-job-over'] },
  ConsumerNotPausable: { status: 409, codes: ['consumer-not-pausable'] },
  UnknownTopic: { status: 422, codes: ['unknown-topic'] },
  UnusableShard: {
    status: 422,
    codes: [
      'unknown-shard',
      'same-shard',
      'shard-address-missing',
      'shard-unreachable',
      'shard-not-empty',
      'shard-of-another-release',
      'shard-named-otherwise',
    ],
  },
  UnacceptableSignUp: { status: 422, codes: ['unknown-tenant', 'idempotency-key-reused'] },
  UnroutableQuery: {
    status: 400,
    codes: ['malformed-request', 'invalid-request', 'invalid-cursor', 'unroutable'],
  },
  MethodNotAllowed: { status: 405, codes: ['method-not-allowed'], headers: ['Allow'] },
  RequestTimeout: { status: 408, codes: ['request-timeout'] },
  VersionConflict: { status: 412, codes: ['version-conflict'], headers: ['ETag'] },
  PayloadTooLarge: { status: 413, codes: ['payload-too-large'] },
  UnsupportedMediaType: { status: 415, codes: ['unsupported-media-type'] },
  NotTransferable: { status: 409, codes: ['order-not-confirmed', 'order-being-transferred'] },
  UnacceptableTransfer: {
    status: 422,
    codes: ['idempotency-key-reused', 'unknown-customer', 'same-customer'],
  },
  UnacceptableOrder: { status: 422, codes: ['idempotency-key-reused', 'unknown-sku', 'unknown-customer'] },
  HeadersTooLarge: { status: 431, codes: ['headers-too-large'] },
  RateLimited: { status: 429, codes: ['rate-limited'], headers: ['Retry-After'] },
  Internal: { status: 500, codes: ['internal'] },
  BadGateway: { status: 502, codes: ['bad-gateway'] },
  Unavailable: {
    status: 503,
    codes: [
      'unavailable',
      'overloaded',
      'shard-unavailable',
      'shard-overloaded',
      'transaction-conflict',
      'schema-skew',
      'changes-unfinished',
      'transfer-unfinished',
      'transfer-undone',
      'two-phase-disabled',
      'two-phase-exhausted',
      'two-phase-aborted',
      'two-phase-undecided',
      'slot-moving',
      'directory-unavailable',
      'broker-unavailable',
      'write-log-full',
      'write-log-unavailable',
    ],
    headers: ['Retry-After'],
  },
  UpstreamTimeout: { status: 504, codes: ['upstream-timeout'] },
} as const satisfies Record<string, ProblemResponse>;

export type ProblemName = keyof typeof PROBLEM_RESPONSES;

/** The problems that every route may answer with. */
const ALWAYS: readonly ProblemName[] = [
  'NotFound',
  'MethodNotAllowed',
  'HeadersTooLarge',
  'RateLimited',
  'Internal',
  'BadGateway',
  'Unavailable',
  'UpstreamTimeout',
];

/** Returns the `responses` of an operation: these problems and those that every route may answer with. */
export function problemRefs(names: readonly ProblemName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    [...names, ...ALWAYS].map((name) => [
      String(PROBLEM_RESPONSES[name].status),
      { $ref: `#/components/responses/${name}` },
    ]),
  );
}

export function problemResponseComponents(): Record<string, object> {
  return Object.fromEntries(
    Object.entries<ProblemResponse>(PROBLEM_RESPONSES).map(([name, { codes, headers = [] }]) => [
      name,
      {
        description: `A problem document (RFC 9457); \`code\` is ${codes.map((code) => `\`${code}\``).join(' or ')}.`,
        headers: headerRefs([...COMMON_HEADERS, 'Cache-Control', ...headers]),
        content: { 'application/problem+json': { schema: refTo(Problem) } },
      },
    ]),
  );
}
