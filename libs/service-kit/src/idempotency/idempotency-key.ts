import { IdempotencyKey } from '@groundwork/contracts';
import { ProblemError } from '../problems/problem.error.ts';

/** Returns the `Idempotency-Key` of the request. Without a key, a retry after a lost answer would have a second effect. */
export function requireIdempotencyKey(value: string | undefined): string {
  if (value === undefined) {
    throw new ProblemError({
      status: 400,
      code: 'idempotency-key-missing',
      detail:
        'Send an Idempotency-Key header with one key for each request that you intend to have one effect.',
    });
  }
  return checked(value);
}

/**
 * Returns the optional `Idempotency-Key` of a request that has no duplicate effects. The key makes the request repeatable.
 */
export function optionalIdempotencyKey(value: string | undefined): string | undefined {
  return value === undefined ? undefined : checked(value);
}

function checked(value: string): string {
  const key = IdempotencyKey.safeParse(value);
  if (key.success) return key.data;
  throw new ProblemError({
    status: 400,
    code: 'idempotency-key-invalid',
    detail: `Idempotency-Key: ${key.error.issues[0]?.message}.`,
  });
}
