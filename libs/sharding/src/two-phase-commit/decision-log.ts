export interface Decision {
  readonly gid: string;
  readonly participants: readonly string[];
}

/**
 * Decides whether a transaction commits. All services use one log. A change is durable when its call resolves. A transaction
 * that is not in the log is aborted (presumed abort). Safe to use concurrently from any number of processes.
 */
export interface DecisionLog {
  /** Opens a transaction. It becomes overdue after `withinMs`, by the clock of the log. */
  open(transaction: Decision, withinMs: number): Promise<void>;
  /**
   * Decides to commit.
   *
   * @returns false if it is too late: the transaction was aborted, or a participant that it leaves out has joined. If this
   * rejects, the decision is unknown, and only the log can tell it
   */
  commit(gid: string): Promise<boolean>;
  /** Aborts the transaction unless it is committed. @returns whether it is aborted now */
  abort(gid: string): Promise<boolean>;
  /** Removes a committed transaction after every participant has committed. */
  forget(gid: string): Promise<void>;
  /**
   * Considers only transactions whose gid is this prefix and a UUID (`GidPrefix`). Aborts those that are overdue and returns
   * the rest. Transactions of other services are neither changed nor returned.
   */
  abortOverdue(
    prefix: string,
  ): Promise<{ readonly open: readonly Decision[]; readonly committed: readonly Decision[] }>;
}
