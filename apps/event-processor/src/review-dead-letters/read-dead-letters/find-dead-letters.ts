import { type DeadLetterList, type DeadLetterQuery, type ReviewedDeadLetter } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';
import { Conditions } from '../letters/conditions.ts';
import { asContract, type DeadLetterRow } from '../letters/dead-letter-row.ts';
import { refusals } from '../letters/review-refusals.ts';

/** Returns a page of dead letters, newest first. Dead letters stored in the meantime do not appear on later pages. */
export async function findDeadLetters(session: SqlSession, query: DeadLetterQuery): Promise<DeadLetterList> {
  const { limit, cursor, status, ...filter } = query;
  const conditions = Conditions.of(filter).and('status =', status).and('position <', cursor);
  const rows = await session.query<DeadLetterRow[]>(
    `select * from dead_letters where ${conditions.sql} order by position desc limit ${conditions.parameter(limit + 1)}`,
    conditions.parameters,
  );
  const page = rows.slice(0, limit);
  return {
    items: page.map(asContract),
    nextCursor: rows.length > limit ? (page.at(-1)?.position ?? null) : null,
  };
}

interface ActionRow {
  readonly at: Date;
  readonly action: ReviewedDeadLetter['actions'][number]['action'];
  readonly requested_by: string | null;
  readonly reason: string | null;
  readonly redrive_job: string | null;
  readonly event_id: string | null;
  readonly payload: ReviewedDeadLetter['actions'][number]['payload'];
}

/** @throws {ProblemError} `not-found` */
export async function readDeadLetter(session: SqlSession, id: string): Promise<ReviewedDeadLetter> {
  const [row] = await session.query<DeadLetterRow[]>('select * from dead_letters where id = $1', [id]);
  if (row === undefined) throw refusals.noLetter(id);
  const actions = await session.query<ActionRow[]>(
    'select * from dead_letter_actions where letter_id = $1 order by position',
    [id],
  );
  return {
    letter: asContract(row),
    actions: actions.map(({ at, action, requested_by, reason, redrive_job, event_id, payload }) => ({
      at: at.toISOString(),
      action,
      by: requested_by,
      reason,
      redriveJob: redrive_job,
      eventId: event_id,
      payload,
    })),
  };
}
