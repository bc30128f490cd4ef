/**
 * A database was asked about slots that it does not own at the epoch that the asker believes in: the slots have moved, or
 * are being switched this very moment. A newer map shows where they are.
 */
export class StaleEpochError extends Error {
  readonly code = 'stale-epoch';
  readonly retryable = true;

  constructor(detail: string, options?: { readonly cause?: unknown }) {
    super(detail, options);
    this.name = 'StaleEpochError';
  }
}
