export interface EdgeUnavailableOptions extends ErrorOptions {
  /** How long the edge asks to wait (Retry-After). */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The edge could not be reached, did not answer in time, is overloaded, limits the rate of purges, or does not accept the caller at
 * present (401, 403). The purge may have been done.
 */
export class EdgeUnavailableError extends Error {
  readonly code = 'cache-edge-unavailable';
  readonly retryable = true;
  readonly retryAfterMs: number | undefined;

  constructor(fault: string, { retryAfterMs, ...options }: EdgeUnavailableOptions = {}) {
    super(`the edge did not confirm the purge: ${fault}`, options);
    this.name = 'EdgeUnavailableError';
    this.retryAfterMs = retryAfterMs;
  }
}
