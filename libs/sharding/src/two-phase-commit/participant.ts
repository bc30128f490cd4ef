/**
 * A database that can promise to commit. Calls about one transaction come one after the other; about different ones they may
 * come at once. Nothing to close: whoever made it closes its connections.
 *
 * @typeParam Session what work is done with
 */
export interface Participant<Session> {
  readonly name: string;
  /**
   * Runs work in a transaction and prepares it: from then on it survives every crash, keeps its locks, and ends by `commit` or
   * `rollback` only. When this rejects, whether it is prepared is unknown.
   *
   * @throws {TwoPhaseUnavailableError} when the database prepares nothing (any more)
   */
  prepare(gid: string, work: (session: Session) => Promise<void>): Promise<void>;
  /** Idempotent: one that is not there has been committed before. */
  commit(gid: string): Promise<void>;
  /** Idempotent: one that is not there was never prepared, or has been rolled back before. */
  rollback(gid: string): Promise<void>;
  /** The transactions that are prepared here, of those whose gid begins so. */
  prepared(prefix: string): Promise<readonly string[]>;
}
