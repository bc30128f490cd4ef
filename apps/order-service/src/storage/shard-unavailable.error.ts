import { ProblemError } from '@groundwork/service-kit';

/** One shard is unreachable or does not answer. Its customers may retry soon; customers of other shards are not affected. */
export class ShardUnavailableError extends ProblemError {
  /** Consumers wait for the shard instead of counting attempts. */
  readonly infrastructure = true;

  constructor(shard: string, cause: unknown) {
    super({
      status: 503,
      code: 'shard-unavailable',
      title: 'Shard unavailable',
      detail: `The database that holds this data (${shard}) is unreachable; retry later.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'ShardUnavailableError';
  }
}
