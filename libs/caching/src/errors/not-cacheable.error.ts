/** The value is not plain JSON data. The message names the part of it: a Map, NaN, a cycle, … */
export class NotCacheableError extends Error {
  readonly code = 'cache-value-not-json';
  readonly retryable = false;

  constructor(fault: string, options?: ErrorOptions) {
    super(`the value cannot be cached because it is not plain JSON data: ${fault}`, options);
    this.name = 'NotCacheableError';
  }
}
