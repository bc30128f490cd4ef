/**
 * A database that can promise to commit. Calls for one transaction are serialized; calls for different transactions may be
 * concurrent. Nothing needs to be closed: the caller closes the connections.
 *
 * @typeParam Session what the work runs on
 */
export interface Participant<Session> {
  readonly name: string;
  /**
   * Runs work in a transaction and prepares it. A prepared transaction survives every crash, keeps its locks, and ends only
   * by `commit` or `rollback`. If this rejects, it is unknown whether the transaction is prepared.
   *
   * @throws {TwoPhaseUnavailableError} if the database cannot prepare (more) transactions
   */
  prepare(gid: string, work: (session: Session) => Promise<void>): Promise<void>;
  /** Idempotent: a transaction that is not found was committed before. */
  commit(gid: string): Promise<void>;
  /** Idempotent: a transaction that is not found was never prepared, or was rolled back before. */
  rollback(gid: string): Promise<void>;
  /** Returns the prepared transactions of this database whose gid starts with the prefix. */
  prepared(prefix: string): Promise<readonly string[]>;
}
