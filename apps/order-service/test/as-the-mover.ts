import { type Client } from 'pg';

/** Runs statements as the mover does: the database does not check whether it owns their slots. */
export async function asTheMover<T>(sql: Client, work: () => Promise<T>): Promise<T> {
  await sql.query('set session_replication_role = replica');
  try {
    return await work();
  } finally {
    await sql.query('reset session_replication_role');
  }
}
