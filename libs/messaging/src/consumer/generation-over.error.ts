/** The group has reassigned its partitions since: offsets that were finished before must not be committed any more. */
export class GenerationOverError extends Error {
  readonly code = 'generation-over';
  readonly retryable = true;

  constructor(groupId: string) {
    super(`the events were handled in an earlier assignment of ${groupId}; their offsets are not committed`);
    this.name = 'GenerationOverError';
  }
}
