/**
 * A database cannot prepare transactions, or has reached its limit of prepared transactions. Nothing has changed anywhere.
 */
export class TwoPhaseUnavailableError extends Error {
  readonly code: 'two-phase-disabled' | 'two-phase-exhausted';
  readonly retryable: boolean;

  constructor(participant: string, reason: 'disabled' | 'exhausted', cause: unknown) {
    super(
      reason === 'disabled'
        ? `${participant} cannot prepare transactions: set its max_prepared_transactions, which is 0`
        : `${participant} has reached the limit of its max_prepared_transactions: retry later, or raise it`,
      { cause },
    );
    this.name = 'TwoPhaseUnavailableError';
    this.code = `two-phase-${reason}`;
    this.retryable = reason === 'exhausted';
  }
}

/**
 * The transaction was aborted before it could commit: too late, or without a new participant. Nothing has changed anywhere.
 */
export class TwoPhaseAbortedError extends Error {
  readonly code = 'two-phase-aborted';
  readonly retryable = true;

  constructor(gid: string, cause?: unknown) {
    super(
      `the transaction ${gid} was aborted: it took too long, or another database has joined; run it again`,
      {
        cause,
      },
    );
    this.name = 'TwoPhaseAbortedError';
  }
}

/**
 * The log did not answer, so the caller does not know whether the transaction commits. Recovery ends it alike on all
 * databases.
 */
export class TwoPhaseUndecidedError extends Error {
  readonly code = 'two-phase-undecided';
  readonly retryable = true;

  constructor(gid: string, cause: unknown) {
    super(`the log did not answer, so the outcome of the transaction ${gid} is unknown; recovery ends it`, {
      cause,
    });
    this.name = 'TwoPhaseUndecidedError';
  }
}
