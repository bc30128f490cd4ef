export interface Decision {
  readonly gid: string;
  readonly participants: readonly string[];
}

/**
 * Where it is decided whether a transaction commits: one place for all, durable when a call resolves. Whatever it does not
 * have is aborted (presumed abort). Safe to use concurrently from any number of processes.
 */
export interface DecisionLog {
  /** Opens a transaction that is overdue after so long, by the log's clock. */
  open(transaction: Decision, withinMs: number): Promise<void>;
  /**
   * Decides to commit.
   *
   * @returns false when it is too late: somebody has aborted it, or it leaves out a participant that has joined meanwhile.
   * When this rejects, the decision is unknown, and only the log tells
   */
  commit(gid: string): Promise<boolean>;
  /** Aborts it unless it is committed. @returns whether it is aborted now */
  abort(gid: string): Promise<boolean>;
  /** Forgets a committed one, when every participant has committed. */
  forget(gid: string): Promise<void>;
  /**
   * Of the transactions with this prefix and a UUID as their gid (`GidPrefix`), aborts those that are overdue, then returns the
   * rest. Transactions of other services are neither changed nor returned.
   */
  abortOverdue(
    prefix: string,
  ): Promise<{ readonly open: readonly Decision[]; readonly committed: readonly Decision[] }>;
}
