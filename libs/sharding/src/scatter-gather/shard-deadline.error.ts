/** A shard did not answer within its deadline. Its running work was told to cancel. */
export class ShardDeadlineError extends Error {
  readonly code = 'shard-deadline';
  readonly retryable = true;

  constructor(
    readonly shard: string,
    deadlineMs: number,
  ) {
    super(`${shard} did not answer within ${deadlineMs} ms`);
    this.name = 'ShardDeadlineError';
  }
}
