/** A database cannot prepare transactions, or no more of them at the moment. Nothing has been changed anywhere. */
export class TwoPhaseUnavailableError extends Error {
  readonly code: 'two-phase-disabled' | 'two-phase-exhausted';
  readonly retryable: boolean;

  constructor(participant: string, reason: 'disabled' | 'exhausted', cause: unknown) {
    super(
      reason === 'disabled'
        ? `${participant} prepares no transactions: its max_prepared_transactions is 0`
        : `${participant} holds as many prepared transactions as its max_prepared_transactions allows`,
      { cause },
    );
    this.name = 'TwoPhaseUnavailableError';
    this.code = `two-phase-${reason}`;
    this.retryable = reason === 'exhausted';
  }
}

/** The transaction was aborted before it could be committed: too late, or without all participants. Nothing has changed anywhere. */
export class TwoPhaseAbortedError extends Error {
  readonly code = 'two-phase-aborted';
  readonly retryable = true;

  constructor(gid: string, cause?: unknown) {
    super(`the transaction ${gid} was aborted: it took too long, or a database has joined meanwhile`, {
      cause,
    });
    this.name = 'TwoPhaseAbortedError';
  }
}

/** Whether the transaction commits is not known here: the log did not answer. Recovery ends it either way, everywhere alike. */
export class TwoPhaseUndecidedError extends Error {
  readonly code = 'two-phase-undecided';
  readonly retryable = true;

  constructor(gid: string, cause: unknown) {
    super(`it is not known yet whether the transaction ${gid} commits`, { cause });
    this.name = 'TwoPhaseUndecidedError';
  }
}
