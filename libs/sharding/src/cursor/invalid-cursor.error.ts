/** A cursor that was made up, damaged, or given out for another list. */
export class InvalidCursorError extends Error {
  readonly code = 'invalid-cursor';
  readonly retryable = false;

  constructor() {
    super('the cursor was not given out for this list');
    this.name = 'InvalidCursorError';
  }
}
