import { ProblemError } from '@groundwork/service-kit';
import { type DirectoryUnavailableError } from '@groundwork/sharding/postgres';

/** The map that is known is too old for this request, and a newer one cannot be had. Nobody guesses where the data is. */
export class DirectoryLostError extends ProblemError {
  /** Consumers wait for the directory instead of counting attempts. */
  readonly infrastructure = true;

  constructor(cause: DirectoryUnavailableError) {
    super({
      status: 503,
      code: 'directory-unavailable',
      title: 'Directory unavailable',
      detail: 'The directory that knows which shard holds this data cannot be reached at the moment.',
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'DirectoryLostError';
  }
}
