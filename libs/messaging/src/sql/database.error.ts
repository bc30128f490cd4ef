/** A statement failed for a reason that lies in the database, not in the event. */
export class DatabaseError extends Error {
  readonly code: string;
  readonly retryable = true;
  /** Whether the database as a whole cannot serve: other events would fail the same way. */
  readonly infrastructure: boolean;

  constructor(options: { infrastructure: boolean; cause: unknown }) {
    super(options.infrastructure ? 'The database cannot be used' : 'The transaction must be repeated', {
      cause: options.cause,
    });
    this.name = 'DatabaseError';
    this.code = options.infrastructure ? 'database-unavailable' : 'transaction-conflict';
    this.infrastructure = options.infrastructure;
  }
}
