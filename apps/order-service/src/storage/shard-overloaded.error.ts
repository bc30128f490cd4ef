import { ProblemError } from '@groundwork/service-kit';

/** More work waits for a shard than it gets done in time, so this piece of it was not begun. */
export class ShardOverloadedError extends ProblemError {
  /** Consumers wait for the shard instead of counting attempts. */
  readonly infrastructure = true;

  constructor(shard: string) {
    super({
      status: 503,
      code: 'shard-overloaded',
      title: 'Shard overloaded',
      detail: `The database that holds this data (${shard}) has more to do than it gets done in time. Nothing was changed.`,
      retryable: true,
      headers: { 'retry-after': '1' },
    });
    this.name = 'ShardOverloadedError';
  }
}
