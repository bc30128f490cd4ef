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
  const key = IdempotencyKey.safeParse(value);
  if (key.success) return key.data;
  throw new ProblemError({
    status: 400,
    code: 'idempotency-key-invalid',
    detail: `Idempotency-Key: ${key.error.issues[0]?.message}.`,
  });
}
