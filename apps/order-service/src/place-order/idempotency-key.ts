import { IdempotencyKey } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';

/** Returns the `Idempotency-Key` of the request. Without a key, a retry after a lost answer would place a second order. */
export function requireIdempotencyKey(value: string | undefined): string {
  if (value === undefined) {
    throw new ProblemError({
      status: 400,
      code: 'idempotency-key-missing',
      detail: 'Send an Idempotency-Key header with one key for each order that you intend to place.',
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
