import { EXIT, requestedBy, wholeNumber } from '@groundwork/operator-cli';
import { type Invocation } from '../command.ts';
import { describeJob, describePreview, letters } from '../describe/describe-job.ts';
import { followJob } from '../follow-job.ts';
import { outcomeOf } from './redrive-jobs.ts';
import { filterOf } from '../options/filter.ts';

const FASTEST = 1_000;

/** Requests a job that sends the matching open dead letters, oldest first, and follows it. */
export async function redriveMany({ admin, output, flags }: Invocation): Promise<number> {
  const wish = {
    filter: filterOf(flags),
    ratePerSecond: wholeNumber(flags, 'rate', FASTEST),
    by: requestedBy(flags),
  };
  if (flags['dry-run'] === true) {
    const preview = await admin.requestJob(wish, { dryRun: true });
    output.result({ dryRun: true, ...preview }, describePreview(preview));
    return EXIT.done;
  }
  const asked = await admin.requestJob(wish);
  output.note(`Redrive ${asked.id}: ${letters(asked.letters)}, ${asked.ratePerSecond} a second`);
  const job = flags['detach'] === true ? asked : await followJob({ admin, output }, asked);
  output.result(job, describeJob(job));
  return outcomeOf(job);
}
