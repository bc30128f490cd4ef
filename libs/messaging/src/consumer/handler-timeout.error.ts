/** A handler exceeded its time limit. It counts as an attempt. The cause is the handler's error after the abort. */
export class HandlerTimeoutError extends Error {
  readonly code = 'handler-timeout';
  readonly retryable = true;

  constructor(limitMs: number, cause?: unknown) {
    super(`the handler did not return within ${limitMs} ms`, { cause });
    this.name = 'HandlerTimeoutError';
  }
}
