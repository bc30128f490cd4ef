/** The broker has not acknowledged all of a batch. Some of it may have been published. */
export class PublishError extends Error {
  readonly code = 'publish-failed';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'PublishError';
  }
}
