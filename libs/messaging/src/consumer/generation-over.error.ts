/** The group has given its partitions out again since: what was finished before may not be committed any more. */
export class GenerationOverError extends Error {
  readonly code = 'generation-over';
  readonly retryable = true;

  constructor(groupId: string) {
    super(`the assignment of ${groupId} in which the events were handled is over`);
    this.name = 'GenerationOverError';
  }
}
