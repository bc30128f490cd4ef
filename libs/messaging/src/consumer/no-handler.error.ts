/**
 * An event waited on a topic of its group, and no handler of this release takes its type: the release that had one was rolled
 * back. Retries cannot help, so it becomes a dead letter; send it again once a release handles the type.
 */
export class NoHandlerError extends Error {
  readonly code = 'event-without-handler';
  readonly retryable = false;

  constructor(type: string) {
    super(`No handler of this release takes ${type}`);
    this.name = 'NoHandlerError';
  }
}
