import { type RedriveJob } from '@groundwork/contracts';
import { EXIT } from '@groundwork/operator-cli';
import { type Invocation } from '../command.ts';
import { describeJob, jobsTable } from '../describe/describe-job.ts';
import { followJob } from '../follow-job.ts';
import { jobId } from '../options/ids.ts';

export async function listJobs({ admin, output }: Invocation): Promise<number> {
  const jobs = await admin.jobs();
  output.result({ items: jobs }, jobsTable(jobs));
  return EXIT.done;
}

export async function comeBackToJob({ admin, output, flags }: Invocation): Promise<number> {
  const job = await followJob({ admin, output }, await admin.job(jobId('job', flags['job'] as string)));
  output.result(job, describeJob(job));
  return outcomeOf(job);
}

/** A job that was cancelled, or that could send none of its dead letters, counts as failed. */
export function outcomeOf({ status, redriven, skipped }: RedriveJob): number {
  const isInVain = status === 'finished' && redriven === 0 && skipped > 0;
  return status === 'cancelled' || isInVain ? EXIT.failed : EXIT.done;
}

export async function cancelJob({ admin, output, flags }: Invocation): Promise<number> {
  const job = await admin.cancelJob(jobId('cancel', flags['cancel'] as string));
  output.result(job, describeJob(job));
  return EXIT.done;
}
