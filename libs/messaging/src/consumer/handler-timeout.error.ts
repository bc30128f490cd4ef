/** A handler has not come back in time. It counts as an attempt. What the handler threw once its signal was aborted is the cause. */
export class HandlerTimeoutError extends Error {
  readonly code = 'handler-timeout';
  readonly retryable = true;

  constructor(limitMs: number, cause?: unknown) {
    super(`the handler has not come back within ${limitMs} ms`, { cause });
    this.name = 'HandlerTimeoutError';
  }
}
