import { inTransaction, type SqlSession, type Transactions } from '@groundwork/messaging';

/** Carries the answer of a dry run out of its transaction, which is rolled back. */
class DryRun<T> extends Error {
  constructor(readonly answer: T) {
    super('The dry run is rolled back');
  }
}

/** Runs a decision in one transaction. A dry run returns the same answer or refusal as a real run, and is rolled back. */
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
