/**
 * The charge would wait too long for its turn. The event is not at fault. Its partition waits and tries again, as it does
 * while the database is unavailable.
 */
export class PaymentLimitError extends Error {
  readonly code = 'payment-limit-reached';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(cause: unknown) {
    super('the limit of the payment provider is used up; the charge was not sent', { cause });
    this.name = 'PaymentLimitError';
  }
}
