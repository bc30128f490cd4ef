/** A tier has no memory for a new entry. It can still be read and invalidated. */
export class TierFullError extends Error {
  readonly code = 'cache-tier-full';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('the cache tier is full', options);
    this.name = 'TierFullError';
  }
}
