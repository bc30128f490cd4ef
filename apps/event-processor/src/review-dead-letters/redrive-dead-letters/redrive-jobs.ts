import { type RedriveJob, type RedriveJobList, type RequestRedriveJob } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';
import { Conditions } from '../letters/conditions.ts';
import { refusals } from '../letters/review-refusals.ts';
import { jobAsContract, type RedriveJobRow } from './redrive-job-row.ts';

const MOST_LISTED = 20;

/** Returns what a job would find now, without sending anything. */
export async function previewRedriveJob(session: SqlSession, wish: RequestRedriveJob): Promise<RedriveJob> {
  const { letters } = await openLetters(session, wish);
  const now = new Date().toISOString();
  return {
    id: null,
    status: 'finished',
    filter: wish.filter,
    ratePerSecond: wish.ratePerSecond,
    by: wish.by ?? null,
    letters,
    redriven: 0,
    skipped: 0,
    requestedAt: now,
    finishedAt: now,
  };
}

/** Stores a job. Any instance runs it, and after a crash another instance resumes it. */
export async function requestRedriveJob(session: SqlSession, wish: RequestRedriveJob): Promise<RedriveJob> {
  const { letters, last } = await openLetters(session, wish);
  const [row] = await session.query<[RedriveJobRow]>(
    `insert into redrive_jobs (filter, rate_per_second, requested_by, letters, last_position)
     values ($1, $2, $3, $4, $5) returning *`,
    [JSON.stringify(wish.filter), wish.ratePerSecond, wish.by ?? null, letters, last],
  );
  return jobAsContract(row);
}

/** Lists jobs, running ones first, so that an operator finds the job to cancel. */
export async function listRedriveJobs(session: SqlSession): Promise<RedriveJobList> {
  const rows = await session.query<RedriveJobRow[]>(
    `select * from redrive_jobs order by status = 'running' desc, requested_at desc limit ${MOST_LISTED}`,
  );
  return { items: rows.map(jobAsContract) };
}

/** @throws {ProblemError} `not-found` */
export async function readRedriveJob(session: SqlSession, id: string): Promise<RedriveJob> {
  const [row] = await session.query<RedriveJobRow[]>('select * from redrive_jobs where id = $1', [id]);
  if (row === undefined) throw refusals.noJob(id);
  return jobAsContract(row);
}

/**
 * Cancels a job after its current step. Nothing is sent after that. @throws {ProblemError} `not-found`, `redrive-job-over`
 */
export async function cancelRedriveJob(session: SqlSession, id: string): Promise<RedriveJob> {
  await session.query(
    `update redrive_jobs set status = 'cancelled', finished_at = now() where id = $1 and status = 'running'`,
    [id],
  );
  const job = await readRedriveJob(session, id);
  if (job.status === 'finished') throw refusals.jobOver(id, job.status);
  return job;
}

async function openLetters(session: SqlSession, { filter }: RequestRedriveJob) {
  const conditions = Conditions.of(filter).and('status =', 'open');
  const [found] = await session.query<[{ letters: number; last: string }]>(
    `select count(*)::int as letters, coalesce(max(position), 0) as last from dead_letters where ${conditions.sql}`,
    conditions.parameters,
  );
  return found;
}
