/** The value cannot be written as JSON (`undefined`, a function, a bigint, a cycle), so no tier can store it. */
export class NotCacheableError extends Error {
  readonly code = 'cache-value-not-json';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('the value cannot be cached because it is not JSON data', options);
    this.name = 'NotCacheableError';
  }
}
