/** An operator has paused the partition: the current event is not started, and may be started after the pause. */
export class AttemptHeldError extends Error {
  readonly code = 'attempt-held';
  readonly retryable = true;

  constructor() {
    super('an operator has paused the partition; the event is started after the pause');
    this.name = 'AttemptHeldError';
  }
}
