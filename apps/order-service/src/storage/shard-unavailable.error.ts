import { ProblemError } from '@groundwork/service-kit';

/** One shard cannot be reached or does not answer. Its customers may try again soon; those of other shards notice nothing. */
export class ShardUnavailableError extends ProblemError {
  /** Consumers wait for the shard instead of counting attempts. */
  readonly infrastructure = true;

  constructor(shard: string, cause: unknown) {
    super({
      status: 503,
      code: 'shard-unavailable',
      title: 'Shard unavailable',
      detail: `The database that holds this data (${shard}) cannot be reached at the moment.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'ShardUnavailableError';
  }
}
