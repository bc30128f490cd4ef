/** The partition is somebody else's, or about to be: the event at hand is not begun. */
export class AssignmentOverError extends Error {
  readonly code = 'assignment-over';
  readonly retryable = true;

  constructor() {
    super('the assignment of the partition is over');
    this.name = 'AssignmentOverError';
  }
}
