/** A shard did not answer in the time that a scatter gives to each. What it was still doing has been told to stop. */
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
