import { ProblemError } from '@groundwork/service-kit';
import { type SagaFailure } from '@groundwork/sharding';

const STATUS: Readonly<Record<string, number>> = {
  'not-found': 404,
  'order-not-confirmed': 409,
  'order-being-transferred': 409,
  'unknown-customer': 422,
  'same-customer': 422,
};

function refusal(code: string, detail: string): ProblemError {
  return new ProblemError({ status: STATUS[code] as number, code, detail, retryable: false });
}

export const refusals = {
  unknownOrder: (id: string) => refusal('not-found', `There is no order ${id}.`),
  unknownCustomer: (id: string) => refusal('unknown-customer', `There is no customer ${id}.`),
  sameCustomer: (id: string) => refusal('same-customer', `The order already belongs to customer ${id}.`),
  notConfirmed: (id: string, status: string) =>
    refusal('order-not-confirmed', `Only confirmed orders can be transferred; order ${id} is ${status}.`),
  beingTransferred: (id: string) =>
    refusal('order-being-transferred', `Another request is transferring order ${id}.`),
  keyReused: () =>
    new ProblemError({
      status: 422,
      code: 'idempotency-key-reused',
      detail:
        'This Idempotency-Key was used for another transfer of the order. Use a new key for a new transfer.',
    }),
  unfinished: (id: string) =>
    new ProblemError({
      status: 503,
      code: 'transfer-unfinished',
      detail:
        `The transfer of order ${id} is running and ends in the background. ` +
        'Retry with the same Idempotency-Key.',
      headers: { 'retry-after': '1' },
    }),
};

/** Returns the answer to a compensated transfer, for its first request and for every repetition of its key. */
export function refusalOf(id: string, { code, message }: SagaFailure): ProblemError {
  if (code in STATUS) return refusal(code, message);
  return new ProblemError({
    status: 503,
    code: 'transfer-undone',
    detail:
      `The transfer of order ${id} failed (${code}) and was compensated, so nothing has changed. ` +
      'To retry, use a new Idempotency-Key.',
    retryable: false,
  });
}
