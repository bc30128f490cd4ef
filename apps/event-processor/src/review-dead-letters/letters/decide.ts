import { inTransaction, type SqlSession, type Transactions } from '@groundwork/messaging';

/** Carries what would be answered out of a transaction that is undone. */
class DryRun<T> extends Error {
  constructor(readonly answer: T) {
    super('A dry run is undone');
  }
}

/** Decides in one transaction. A dry run is refused what the real one would be, answers the same, and is undone. */
export async function decide<T>(
  database: Transactions,
  { dryRun }: { readonly dryRun: boolean },
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(database, async (session) => {
      const answer = await work(session);
      if (dryRun) throw new DryRun(answer);
      return answer;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.answer as T;
    throw error;
  }
}
