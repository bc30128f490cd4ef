/**
 * The broker is available and rejects messages as they are, e.g. because they are too large: the same request fails again. A
 * smaller one may succeed. Some of the messages may have been published.
 */
export class PublishRefusedError extends Error {
  readonly code = 'publish-refused';
  readonly retryable = false;

  /** @param reason the broker's name for it, e.g. `MESSAGE_TOO_LARGE` */
  constructor(
    readonly reason: string,
    cause: unknown,
  ) {
    super(`The broker rejects the messages: ${reason}`, { cause });
    this.name = 'PublishRefusedError';
  }
}
