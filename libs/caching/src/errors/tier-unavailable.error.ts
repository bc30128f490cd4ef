/** A tier did not answer in time, lost its connection, or is being left alone until it answers again. */
export class TierUnavailableError extends Error {
  readonly code = 'cache-tier-unavailable';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('the cache tier is unavailable', options);
    this.name = 'TierUnavailableError';
  }
}
