import { type RedriveJob } from '@groundwork/contracts';
import { duration, progressBar, table } from '@groundwork/operator-cli';
import { filterWords } from '../options/filter.ts';
import { utcSeconds } from './time.ts';
import { toType } from './to-type.ts';

/**
 * Only its status says that it is over: letters that somebody else decided about meanwhile count in `letters` and are neither
 * sent nor skipped.
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
    // What was cancelled takes no more time.
    startShare: job.status === 'cancelled' ? share : startShare,
  });
}

/** What came of it, or how far it is. */
export function describeJob(job: RedriveJob): string {
  const { id, status, skipped } = job;
  return [
    `Redrive ${id} is ${status}: ${job.redriven} of ${letters(job.letters)} sent again.`,
    ...(skipped === 0
      ? []
      : [`${letters(skipped)} cannot be sent as they are and stay open: show one, edit it or discard it.`]),
    ...(status === 'running'
      ? [`Follow it: ${toType('redrive', '--job', id ?? '')}`]
      : [`What fails again comes back as another letter: ${toType('stats')}`]),
  ].join('\n');
}

export function describePreview({ letters: found, ratePerSecond }: RedriveJob): string {
  if (found === 0) return 'No open letter is meant: nothing would be sent.';
  const time = duration((found / ratePerSecond) * 1_000);
  return `Would send ${letters(found)} again, ${ratePerSecond} a second: about ${time}. What cannot be sent as it is stays open.`;
}

export function jobsTable(jobs: readonly RedriveJob[]): string {
  if (jobs.length === 0) return 'No redrive was asked for yet.';
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
  const head = ['id', 'status', 'sent', 'skipped', 'rate', 'asked for (UTC)', 'by', 'which'];
  return table([head, ...rows]);
}

export function letters(count: number): string {
  return count === 1 ? '1 letter' : `${count} letters`;
}
