import { type SqlSession } from '@groundwork/messaging';
import { type DeadLetterRow } from './dead-letter-row.ts';
import { refusals } from './review-refusals.ts';

/**
 * Reads a dead letter and locks it against other decisions until the transaction ends. @throws {ProblemError} `not-found`
 */
export async function lockedLetter(session: SqlSession, id: string): Promise<DeadLetterRow> {
  const [row] = await session.query<DeadLetterRow[]>('select * from dead_letters where id = $1 for update', [
    id,
  ]);
  if (row === undefined) throw refusals.noLetter(id);
  return row;
}
