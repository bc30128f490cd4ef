import { IdempotencyKey } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';

/** The request's `Idempotency-Key`: without one, a retry after a lost answer would place a second order. */
export function requireIdempotencyKey(value: string | undefined): string {
  if (value === undefined) {
    throw new ProblemError({
      status: 400,
      code: 'idempotency-key-missing',
      detail: 'Send an Idempotency-Key header: one key for each order you mean to place.',
    });
  }
  return checked(value);
}

/** The request's `Idempotency-Key` where a request can do without: nothing is made twice, but only the key makes it repeatable. */
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
