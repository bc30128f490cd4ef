import { type Pool } from 'pg';

export interface Session {
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

/**
 * Returns transactions over a plain pg pool: committed when the work resolves, rolled back when it rejects. A failed
 * transaction closes its connection.
 */
export function transactionsOf(pool: Pool) {
  return {
    async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
      const client = await pool.connect();
      const session: Session = {
        query: async <R>(sql: string, parameters?: unknown[]) =>
          (await client.query(sql, parameters)).rows as R,
      };
      try {
        await client.query('begin');
        const result = await work(session);
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        client.release(true);
        throw error;
      }
    },
  };
}
