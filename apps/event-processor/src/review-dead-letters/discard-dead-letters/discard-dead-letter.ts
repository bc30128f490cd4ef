import { type DiscardDeadLetter } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';
import { lockedLetter } from '../letters/locked-letter.ts';
import { noteDecision } from '../letters/note-decision.ts';
import { refusals } from '../letters/review-refusals.ts';
import { resolveIncidents } from '../raise-alerts/incidents.ts';

/** Discards a dead letter. Idempotent. @throws {ProblemError} `not-found`, `letter-redriven` */
export async function discardDeadLetter(
  session: SqlSession,
  id: string,
  { reason, by }: DiscardDeadLetter,
): Promise<void> {
  const letter = await lockedLetter(session, id);
  if (letter.status === 'redriven') throw refusals.redriven(id);
  if (letter.status === 'discarded') return;
  await noteDecision(session, [id], { status: 'discarded', action: 'discarded', by, reason });
  await resolveIncidents(session, [letter.event_type]);
}
