/** A loader did not finish within its time limit. A late result is discarded. */
export class LoadTimeoutError extends Error {
  readonly code = 'cache-load-timeout';
  readonly retryable = true;

  constructor(key: string, limitMs: number) {
    super(`loading "${key}" took longer than ${limitMs} ms`);
    this.name = 'LoadTimeoutError';
  }
}
