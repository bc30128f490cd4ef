export * from './dead-letter/bounds.ts';
export * from './dead-letter/dead-letter-id.ts';
export * from './dead-letter/dead-letter.ts';
export * from './dead-letter/describe-error.ts';
export * from './retry/backoff.ts';
export * from './retry/error-kind.ts';
export * from './retry/retry-policy.ts';
