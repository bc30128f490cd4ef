import { type Pool } from 'pg';
import { type MoverName } from './mover-session.ts';
import { MOVER_LOCK } from './mover-lock.ts';

/** Returns the active mover, whose connection holds the lock. Undefined if there is none. */
export async function readMover(
  directory: Pool,
): Promise<(MoverName & { readonly since: Date }) | undefined> {
  const { rows } = await directory.query<MoverName & { since: Date }>(
    `select holder, pid, held_since as since from mover
     where exists (select from pg_locks where locktype = 'advisory' and classid = 0 and objid = ${MOVER_LOCK} and objsubid = 1
       and granted and database = (select oid from pg_database where datname = current_database()))`,
  );
  return rows[0];
}
