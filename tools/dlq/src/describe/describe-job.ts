import { type RedriveJob } from '@groundwork/contracts';
import { duration, progressBar, table } from '@groundwork/operator-cli';
import { filterWords } from '../options/filter.ts';
import { utcSeconds } from './time.ts';
import { toType } from './to-type.ts';

/**
 * Returns the share of a job that is done, from 0 to 1. Only the status says that the job is finished: a dead letter that
 * another operator decides about in the meantime counts in `letters`, but is neither sent nor skipped.
 */
export function shareDone({ status, letters, redriven, skipped }: RedriveJob): number {
  if (status === 'finished') return 1;
  return letters === 0 ? 0 : Math.min(0.99, (redriven + skipped) / letters);
}

export function jobProgress(job: RedriveJob, elapsedMs: number, startShare: number): string {
  const share = shareDone(job);
  return progressBar({
    doing: 'sending',
    share,
    counted: `${job.redriven + job.skipped} of ${letters(job.letters)}`,
    elapsedMs,
    // A cancelled job needs no more time.
    startShare: job.status === 'cancelled' ? share : startShare,
  });
}

/** Describes the result of a job, or its progress. */
export function describeJob(job: RedriveJob): string {
  const { id, status, skipped } = job;
  return [
    `Redrive ${id} is ${status}: ${job.redriven} of ${letters(job.letters)} sent again.`,
    ...(skipped === 0
      ? []
      : [`${letters(skipped)} cannot be sent as they are and stay open: show one, then edit or discard it.`]),
    ...(status === 'running'
      ? [`Follow it: ${toType('redrive', '--job', id ?? '')}`]
      : [`An event that fails again becomes a new dead letter: ${toType('stats')}`]),
  ].join('\n');
}

export function describePreview({ letters: found, ratePerSecond }: RedriveJob): string {
  if (found === 0) return 'No open dead letter matches: nothing would be sent.';
  const time = duration((found / ratePerSecond) * 1_000);
  return `Would send ${letters(found)} again, ${ratePerSecond} a second: about ${time}. Those that cannot be sent as they are stay open.`;
}

export function jobsTable(jobs: readonly RedriveJob[]): string {
  if (jobs.length === 0) return 'There are no redrives yet.';
  const rows = jobs.map((job) => [
    job.id ?? '-',
    job.status,
    `${job.redriven} of ${job.letters}`,
    `${job.skipped}`,
    `${job.ratePerSecond}/s`,
    utcSeconds(job.requestedAt),
    job.by ?? '-',
    filterWords(job.filter).join(' ') || 'all',
  ]);
  const head = ['id', 'status', 'sent', 'skipped', 'rate', 'requested (UTC)', 'by', 'filter'];
  return table([head, ...rows]);
}

export function letters(count: number): string {
  return count === 1 ? '1 letter' : `${count} letters`;
}
