/** A loader did not finish within its time limit; its late answer, if any, is thrown away. */
export class LoadTimeoutError extends Error {
  readonly code = 'cache-load-timeout';
  readonly retryable = true;

  constructor(key: string, limitMs: number) {
    super(`loading "${key}" took longer than ${limitMs} ms`);
    this.name = 'LoadTimeoutError';
  }
}
