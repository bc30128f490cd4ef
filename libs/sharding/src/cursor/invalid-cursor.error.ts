/** A cursor that is forged, damaged, or issued for another list. */
export class InvalidCursorError extends Error {
  readonly code = 'invalid-cursor';
  readonly retryable = false;

  constructor() {
    super('the cursor was not issued for this list: start again without a cursor');
    this.name = 'InvalidCursorError';
  }
}
