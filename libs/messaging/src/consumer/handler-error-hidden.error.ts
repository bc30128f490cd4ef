/**
 * A handler failed and Nest replaced its error. Nothing is known of it, so the event is neither given up on nor passed
 * over: it is held until the handler's controller keeps its errors (see KeepEventErrors).
 */
export class HandlerErrorHiddenError extends Error {
  readonly code = 'handler-error-hidden';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(type: string, cause: unknown) {
    super(`The handler of ${type} failed, but Nest hid its error: add @UseFilters(KeepEventErrors)`, {
      cause,
    });
    this.name = 'HandlerErrorHiddenError';
  }
}
