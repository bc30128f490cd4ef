/** The partition is assigned to another member, or about to be: the current event is not started. */
export class AssignmentOverError extends Error {
  readonly code = 'assignment-over';
  readonly retryable = true;

  constructor() {
    super('the assignment of the partition has ended; its next owner handles the event');
    this.name = 'AssignmentOverError';
  }
}
