import { ProblemError } from '@groundwork/service-kit';

/** More work waits for a shard than it can finish in time, so this work was not started. */
export class ShardOverloadedError extends ProblemError {
  /** Consumers wait for the shard instead of counting attempts. */
  readonly infrastructure = true;

  constructor(shard: string) {
    super({
      status: 503,
      code: 'shard-overloaded',
      title: 'Shard overloaded',
      detail: `The database that holds this data (${shard}) is overloaded. Nothing was changed; retry later.`,
      retryable: true,
      headers: { 'retry-after': '1' },
    });
    this.name = 'ShardOverloadedError';
  }
}
