import { ProblemError } from '@groundwork/service-kit';
import { type DirectoryUnavailableError } from '@groundwork/sharding/postgres';

/** The known slot map is too old for this request, and no newer one is available. The service does not guess the shard. */
export class DirectoryLostError extends ProblemError {
  /** Consumers wait for the directory instead of counting attempts. */
  readonly infrastructure = true;

  constructor(cause: DirectoryUnavailableError) {
    super({
      status: 503,
      code: 'directory-unavailable',
      title: 'Directory unavailable',
      detail: 'The directory that maps this data to its shard is unreachable; retry later.',
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'DirectoryLostError';
  }
}
