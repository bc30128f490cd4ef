import { type RedriveDeadLetter } from '@groundwork/contracts';
import { appendToOutbox, RefusedDataError, type SqlSession } from '@groundwork/messaging';
import { randomUUID } from 'node:crypto';
import { lockedLetter } from '../letters/locked-letter.ts';
import { noteDecision } from '../letters/note-decision.ts';
import { refusals } from '../letters/review-refusals.ts';
import { resolveIncidents } from '../raise-alerts/incidents.ts';
import { redriveEventOf } from './redrive-event.ts';

/**
 * Sends the event of a dead letter again, in the transaction that records the decision. Repeated requests for the unchanged
 * event are idempotent. Each request with an edited payload would create another event, so the second one is refused.
 *
 * @throws {ProblemError} `not-found`, `letter-discarded`, `letter-redriven`, and the refusals of `redriveEventOf`
 */
export async function redriveDeadLetter(
  session: SqlSession,
  id: string,
  { payload, by }: RedriveDeadLetter,
): Promise<void> {
  const letter = await lockedLetter(session, id);
  if (letter.status === 'discarded') throw refusals.discarded(id);
  if (letter.status === 'redriven') {
    if (payload === undefined) return;
    throw refusals.redriven(id);
  }
  const eventId = randomUUID();
  try {
    await appendToOutbox(session, [{ ...redriveEventOf(letter, payload), id: eventId }]);
  } catch (error) {
    throw error instanceof RefusedDataError ? refusals.incomplete(id) : error;
  }
  await noteDecision(session, [id], {
    status: 'redriven',
    by,
    ...(payload === undefined
      ? { action: 'redriven' }
      : { action: 'edited-and-redriven', sentInstead: { eventId, payload } }),
  });
  await resolveIncidents(session, [letter.event_type]);
}
