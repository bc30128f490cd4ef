/** The provider returned no outcome for a charge. */
export class PaymentProviderError extends Error {
  readonly retryable: boolean;

  constructor(
    readonly code: 'payment-provider-unavailable' | 'payment-provider-timeout' | 'payment-not-understood',
    detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
    this.retryable = code !== 'payment-not-understood';
    this.name = 'PaymentProviderError';
  }
}
