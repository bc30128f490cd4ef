import { type Announced } from '../tiers/tier.ts';

export interface TierUnavailableOptions extends ErrorOptions {
  /**
   * For a change: resolves when the tier has it, and all others that it has missed, with the answer to the last one. All changes of an outage
   * share it.
   */
  readonly delivered?: Promise<Announced> | undefined;
}

/** A tier did not answer in time or lost its connection, or the guard sends it no calls until it answers a probe. */
export class TierUnavailableError extends Error {
  readonly code = 'cache-tier-unavailable';
  readonly retryable = true;

  readonly delivered: Promise<Announced> | undefined;

  constructor({ delivered, ...options }: TierUnavailableOptions = {}) {
    super('the cache tier is unavailable', options);
    this.name = 'TierUnavailableError';
    this.delivered = delivered;
  }
}
