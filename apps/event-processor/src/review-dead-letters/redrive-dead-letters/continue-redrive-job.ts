import {
  appendToOutbox,
  EventTooLargeError,
  type OutboxEvent,
  RefusedDataError,
  type SqlSession,
} from '@groundwork/messaging';
import { type Logger, ProblemError } from '@groundwork/service-kit';
import { Conditions } from '../letters/conditions.ts';
import { type DeadLetterRow } from '../letters/dead-letter-row.ts';
import { noteDecision } from '../letters/note-decision.ts';
import { resolveIncidents } from '../raise-alerts/incidents.ts';
import { redriveEventOf } from './redrive-event.ts';
import { type RedriveJobRow } from './redrive-job-row.ts';

/**
 * Each step sends the events of a tenth of a second. Longer steps cause bursts; shorter ones a transaction for each dead
 * letter.
 */
const STEPS_PER_SECOND = 10;

/** How long a worker waits before it looks for a new job. */
const IDLE_MS = 500;

/** How long a job waits after a failed step. */
const RETRY_AFTER_S = 5;

type DueJob = RedriveJobRow & { readonly wait_ms: number };

/**
 * Runs one step of the job that is due first, in the given transaction: the states of the dead letters, their events in the
 * outbox, the audit and the progress of the job. A crash rolls the whole step back, so the next worker repeats nothing.
 * Concurrent workers take different jobs. After a failed step, only this job waits: the others continue.
 *
 * @returns how many ms to wait until the next step is due
 */
export async function continueRedriveJob(session: SqlSession, logger: Logger): Promise<number> {
  const [job] = await session.query<DueJob[]>(
    `select *, ceil(greatest(0, extract(epoch from next_step_at - now()) * 1000))::int as wait_ms
     from redrive_jobs where status = 'running' order by next_step_at limit 1 for update skip locked`,
  );
  if (job === undefined) return IDLE_MS;
  if (job.wait_ms > 0) return Math.min(job.wait_ms, IDLE_MS);
  try {
    await inSavepoint(session, () => runStep(session, job));
  } catch (err) {
    // Fails if the connection is lost: then the transaction ends, and every job waits for the database.
    await postpone(session, job);
    logger.error(
      { err, job: job.id, retryAfterS: RETRY_AFTER_S },
      'a step of a redrive job failed and was rolled back; it is retried after retryAfterS',
    );
  }
  return 0;
}

async function runStep(session: SqlSession, job: RedriveJobRow): Promise<void> {
  const limit = Math.ceil(job.rate_per_second / STEPS_PER_SECOND);
  const letters = await nextLetters(session, job, limit);
  const sent = await send(session, job, letters);
  await noteProgress(session, job, letters, sent);
}

async function postpone(session: SqlSession, { id }: RedriveJobRow): Promise<void> {
  await session.query(
    `update redrive_jobs set next_step_at = now() + $2 * interval '1 second' where id = $1`,
    [id, RETRY_AFTER_S],
  );
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

/** @returns the number of dead letters that were sent; the others stay open */
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
 * Appends all events to the outbox except those that cannot be appended. It finds these by bisection, so they do not block
 * the others.
 *
 * @returns the dead letters whose events were appended
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

/**
 * Returns whether the error is caused by a dead letter: too large, refused by the database, or nested too deep for the
 * stack.
 */
function isOfLetter(error: unknown): boolean {
  return [EventTooLargeError, RefusedDataError, RangeError].some((ofLetter) => error instanceof ofLetter);
}

/** Rolls back the work alone when it fails. May be nested. */
async function inSavepoint(session: SqlSession, work: () => Promise<void>): Promise<void> {
  await session.query('savepoint work');
  try {
    await work();
  } catch (error) {
    await session.query('rollback to savepoint work');
    throw error;
  } finally {
    // Without it, an outer rollback would only reach this inner savepoint of the same name.
    await session.query('release savepoint work');
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
