/** A tier did not answer in time or lost its connection, or the guard sends it no calls until it answers a probe. */
export class TierUnavailableError extends Error {
  readonly code = 'cache-tier-unavailable';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('the cache tier is unavailable', options);
    this.name = 'TierUnavailableError';
  }
}
