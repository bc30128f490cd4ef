/** A handler was declared for an event that no contract describes. */
export class UnknownEventTypeError extends Error {
  readonly code = 'unknown-event-type';
  readonly retryable = false;

  constructor(type: string) {
    super(`No contract describes the event type ${type}, for which there is a handler`);
    this.name = 'UnknownEventTypeError';
  }
}
