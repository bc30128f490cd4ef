/**
 * A database received a query for slots that it does not own at the epoch that the caller has. The slots have moved, or the
 * mover is switching them now. Fetch a newer map to find them.
 */
export class StaleEpochError extends Error {
  readonly code = 'stale-epoch';
  readonly retryable = true;

  constructor(detail: string, options?: { readonly cause?: unknown }) {
    super(detail, options);
    this.name = 'StaleEpochError';
  }
}
