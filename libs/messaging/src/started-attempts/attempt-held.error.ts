/** An operator wants the partition to stand still: the event at hand is not begun, and may be when that is over. */
export class AttemptHeldError extends Error {
  readonly code = 'attempt-held';
  readonly retryable = true;

  constructor() {
    super('an operator has paused the partition');
    this.name = 'AttemptHeldError';
  }
}
