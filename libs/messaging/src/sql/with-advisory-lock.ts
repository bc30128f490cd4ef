import { pause } from '../time/pause.ts';
import { type SqlSession } from './sql-session.ts';

const ASK_EVERY_MS = 100;

/**
 * Runs work while this connection holds an advisory lock of the database. The end of the connection releases the lock, too.
 * The lock is polled: a statement that waits for it would hold a snapshot, and the concurrent creation of an index waits for
 * all snapshots.
 *
 * @param key the key of the lock, in 64 bits
 */
export async function withAdvisoryLock<T>(
  session: SqlSession,
  key: number,
  work: () => Promise<T>,
): Promise<T> {
  while (!(await takes(session, key))) await pause(ASK_EVERY_MS);
  const result = await work();
  await session.query('select pg_advisory_unlock($1)', [key]);
  return result;
}

async function takes(session: SqlSession, key: number): Promise<boolean> {
  const [row] = await session.query<[{ taken: boolean }]>('select pg_try_advisory_lock($1) as taken', [key]);
  return row.taken;
}
