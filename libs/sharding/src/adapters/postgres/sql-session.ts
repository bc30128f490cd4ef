import { type Slot } from '../../slots/slot.ts';

/** One connection in a transaction. TypeORM's EntityManager satisfies it. */
export interface SqlSession {
  /** @returns the rows; callers use only those of selects */
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

/**
 * Transactions on the shards of slots. Each commits when its work resolves and rolls back when it rejects. Until then it
 * ensures that the shard owns the slot. Concurrent calls use different connections.
 */
export interface SlotTransactions {
  transaction<T>(slot: Slot, work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Runs work on every reachable shard, and leaves the others out. */
  onEachShard<T>(work: (session: SqlSession) => Promise<T>): Promise<readonly T[]>;
}
