/** The charge waited too long for its turn. The event is not at fault: it waits and is attempted again. */
export class PaymentLimitError extends Error {
  readonly code = 'payment-limit-reached';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(cause: unknown) {
    super('the limit of the payment provider is used up; the charge was not sent', { cause });
    this.name = 'PaymentLimitError';
  }
}
