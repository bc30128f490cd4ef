/**
 * An event waited on a topic of its group, and this release has no handler for its type: the release that had one was rolled
 * back. Retries cannot help, so the event becomes a dead letter. Redrive it once a release handles the type.
 */
export class NoHandlerError extends Error {
  readonly code = 'event-without-handler';
  readonly retryable = false;

  constructor(type: string) {
    super(`This release has no handler for ${type}. Redrive the event once a release handles the type`);
    this.name = 'NoHandlerError';
  }
}
