/** A handler was declared for an event type without a contract. */
export class UnknownEventTypeError extends Error {
  readonly code = 'unknown-event-type';
  readonly retryable = false;

  constructor(type: string) {
    super(`A handler is declared for the event type ${type}, which has no contract: add it to eventTypes`);
    this.name = 'UnknownEventTypeError';
  }
}
