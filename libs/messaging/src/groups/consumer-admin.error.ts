export type ConsumerAdminErrorCode = 'unknown-consumer' | 'unknown-topic' | 'consumer-not-pausable';

/** An operator's request is rejected. The message names the groups or topics that exist. */
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
