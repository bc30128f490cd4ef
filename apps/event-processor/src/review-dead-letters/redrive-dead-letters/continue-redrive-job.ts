import {
  appendToOutbox,
  EventTooLargeError,
  type OutboxEvent,
  RefusedDataError,
  type SqlSession,
} from '@groundwork/messaging';
import { ProblemError } from '@groundwork/service-kit';
import { Conditions } from '../letters/conditions.ts';
import { type DeadLetterRow } from '../letters/dead-letter-row.ts';
import { noteDecision } from '../letters/note-decision.ts';
import { resolveIncidents } from '../raise-alerts/incidents.ts';
import { redriveEventOf } from './redrive-event.ts';
import { type RedriveJobRow } from './redrive-job-row.ts';

/** A step sends what is due in a tenth of a second: more would come in bursts, less would be a transaction for each letter. */
const STEPS_PER_SECOND = 10;

/** How long nobody looks for a new job. */
const IDLE_MS = 500;

type DueJob = RedriveJobRow & { readonly wait_ms: number };

/**
 * One step of the job that is due first, in the transaction given: the letters' states, their events in the outbox, the audit
 * and how far the job is. Whoever dies in the middle has done nothing, so the next one repeats nothing. Workers at the same
 * time take different jobs.
 *
 * @returns how many ms nothing is due
 */
export async function continueRedriveJob(session: SqlSession): Promise<number> {
  const [job] = await session.query<DueJob[]>(
    `select *, ceil(greatest(0, extract(epoch from next_step_at - now()) * 1000))::int as wait_ms
     from redrive_jobs where status = 'running' order by next_step_at limit 1 for update skip locked`,
  );
  if (job === undefined) return IDLE_MS;
  if (job.wait_ms > 0) return Math.min(job.wait_ms, IDLE_MS);
  const limit = Math.ceil(job.rate_per_second / STEPS_PER_SECOND);
  const letters = await nextLetters(session, job, limit);
  const sent = await send(session, job, letters);
  await noteProgress(session, job, letters, sent);
  return 0;
}

function nextLetters(session: SqlSession, job: RedriveJobRow, limit: number): Promise<DeadLetterRow[]> {
  const conditions = Conditions.of(job.filter)
    .and('status =', 'open')
    .and('position >', job.after_position)
    .and('position <=', job.last_position);
  return session.query<DeadLetterRow[]>(
    `select * from dead_letters where ${conditions.sql} order by position limit ${limit} for update`,
    conditions.parameters,
  );
}

interface Sendable {
  readonly letter: DeadLetterRow;
  readonly event: OutboxEvent;
}

/** @returns how many could be sent; the others stay open */
async function send(
  session: SqlSession,
  job: RedriveJobRow,
  letters: readonly DeadLetterRow[],
): Promise<number> {
  const sent = await appendWhatCanBe(session, letters.flatMap(asSendable));
  if (sent.length === 0) return 0;
  await noteDecision(
    session,
    sent.map(({ id }) => id),
    { status: 'redriven', action: 'redriven', by: job.requested_by, redriveJob: job.id },
  );
  await resolveIncidents(
    session,
    sent.map(({ event_type }) => event_type),
  );
  return sent.length;
}

function asSendable(letter: DeadLetterRow): Sendable[] {
  try {
    return [{ letter, event: redriveEventOf(letter) }];
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

/**
 * All, but for those that hold what cannot be appended: they are found by halves, so that none keeps others waiting.
 *
 * @returns the letters whose events were
 */
async function appendWhatCanBe(
  session: SqlSession,
  sendable: readonly Sendable[],
): Promise<readonly DeadLetterRow[]> {
  if (sendable.length === 0) return [];
  const append = () =>
    appendToOutbox(
      session,
      sendable.map(({ event }) => event),
    );
  try {
    await inSavepoint(session, append);
    return sendable.map(({ letter }) => letter);
  } catch (error) {
    if (!isOfLetter(error)) throw error;
    if (sendable.length === 1) return [];
    const half = Math.ceil(sendable.length / 2);
    return [
      ...(await appendWhatCanBe(session, sendable.slice(0, half))),
      ...(await appendWhatCanBe(session, sendable.slice(half))),
    ];
  }
}

/** Too large, refused by the database, or nested deeper than a stack. */
function isOfLetter(error: unknown): boolean {
  return [EventTooLargeError, RefusedDataError, RangeError].some((ofLetter) => error instanceof ofLetter);
}

async function inSavepoint(session: SqlSession, work: () => Promise<void>): Promise<void> {
  await session.query('savepoint appended');
  try {
    await work();
    await session.query('release savepoint appended');
  } catch (error) {
    await session.query('rollback to savepoint appended');
    throw error;
  }
}

async function noteProgress(
  session: SqlSession,
  job: RedriveJobRow,
  letters: readonly DeadLetterRow[],
  sent: number,
): Promise<void> {
  const last = letters.at(-1);
  await session.query(
    last === undefined
      ? `update redrive_jobs set status = 'finished', finished_at = now() where id = $1`
      : `update redrive_jobs set after_position = $2, redriven = redriven + $3, skipped = skipped + $4,
           next_step_at = greatest(next_step_at, now()) + $5 * interval '1 second' where id = $1`,
    last === undefined
      ? [job.id]
      : [job.id, last.position, sent, letters.length - sent, letters.length / job.rate_per_second],
  );
}
