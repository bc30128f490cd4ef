export type ConsumerAdminErrorCode = 'unknown-consumer' | 'unknown-topic' | 'consumer-not-pausable';

/** What operators ask of consumers and do not get, in words that name what there is instead. */
export class ConsumerAdminError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: ConsumerAdminErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ConsumerAdminError';
  }
}
