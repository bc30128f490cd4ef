import { classifyDatabaseError } from './classify-database-error.ts';
import { type SqlSession, type Transactions } from './sql-session.ts';

/** Marks an error of the work itself, to distinguish it from a failure of `begin` or `commit`. */
class WorkFailed extends Error {
  constructor(readonly reason: unknown) {
    super('The work of a transaction failed');
  }
}

/**
 * Runs work in one transaction. Failures of the database are classified (`classifyDatabaseError`); any other error of the
 * work is thrown unchanged.
 */
export async function inTransaction<T>(
  transactions: Transactions,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  try {
    return await transactions.transaction(async (session) => {
      try {
        return await work(classifying(session));
      } catch (error) {
        throw new WorkFailed(error);
      }
    });
  } catch (error) {
    throw error instanceof WorkFailed ? error.reason : classifyDatabaseError(error);
  }
}

function classifying(session: SqlSession): SqlSession {
  return {
    query: async <T>(sql: string, parameters?: unknown[]) => {
      try {
        return await session.query<T>(sql, parameters);
      } catch (error) {
        throw classifyDatabaseError(error);
      }
    },
  };
}
