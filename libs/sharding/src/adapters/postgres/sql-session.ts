import { type Slot } from '../../slots/slot.ts';

/** One connection in a transaction. TypeORM's EntityManager satisfies it. */
export interface SqlSession {
  /** @returns the rows; asked for those of selects only */
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

/**
 * Transactions where slots live. Each is committed when its work resolves and rolled back when it rejects, and sees to it
 * that the shard owns the slot until then. Concurrent calls use different connections.
 */
export interface SlotTransactions {
  transaction<T>(slot: Slot, work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Runs work on every shard that can be reached, and leaves the others out. */
  onEachShard<T>(work: (session: SqlSession) => Promise<T>): Promise<readonly T[]>;
}
