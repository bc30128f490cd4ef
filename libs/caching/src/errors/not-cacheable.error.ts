/** The value has no JSON text (`undefined`, a function, a bigint, a cycle), so no tier can hold it. */
export class NotCacheableError extends Error {
  readonly code = 'cache-value-not-json';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('the value cannot be cached: it is not JSON data', options);
    this.name = 'NotCacheableError';
  }
}
