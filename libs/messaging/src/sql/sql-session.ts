/** One database connection, inside or outside a transaction. TypeORM's EntityManager and QueryRunner satisfy it. */
export interface SqlSession {
  /** @returns the rows; for a statement without rows the result is unspecified */
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

/**
 * Runs work in one transaction: committed when the work resolves, rolled back when it rejects. Concurrent calls use
 * different connections. TypeORM's DataSource satisfies it.
 */
export interface Transactions {
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
}
