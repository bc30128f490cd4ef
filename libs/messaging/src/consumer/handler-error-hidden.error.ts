/**
 * A handler failed and Nest replaced its error, so the kind of the error is unknown. The event must not be given up or
 * skipped: it is held until the handler's controller keeps its errors (see KeepEventErrors).
 */
export class HandlerErrorHiddenError extends Error {
  readonly code = 'handler-error-hidden';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(type: string, cause: unknown) {
    super(
      `The handler of ${type} failed, but Nest hid its error: add @UseFilters(KeepEventErrors) to its controller`,
      { cause },
    );
    this.name = 'HandlerErrorHiddenError';
  }
}
