/** The provider did not answer a charge with an outcome. */
export class PaymentProviderError extends Error {
  readonly retryable = true;

  constructor(
    readonly code: 'payment-provider-unavailable' | 'payment-provider-timeout',
    detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
    this.name = 'PaymentProviderError';
  }
}
