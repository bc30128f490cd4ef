import { type RedriveJob } from '@groundwork/contracts';
import { noteOnce, watchUntil } from '@groundwork/operator-cli';
import { type Invocation, LEFT } from './command.ts';
import { describeJob, jobProgress, shareDone } from './describe/describe-job.ts';
import { toType } from './describe/to-type.ts';

/** The operators' routes are limited for all operators together. */
const EVERY_MS = 500;

/** Shows how far a job is until it is over. Ctrl-C leaves it running and says how to come back to it. */
export async function followJob(
  { admin, output }: Pick<Invocation, 'admin' | 'output'>,
  first: RedriveJob,
): Promise<RedriveJob> {
  if (first.status !== 'running') return first;
  const id = first.id ?? '';
  const began = performance.now();
  const startShare = shareDone(first);
  let last = first;
  const leave = () => {
    output.note(`Redrive ${id} goes on without being watched: ${last.redriven} of ${last.letters} sent.`);
    output.note(`  follow it: ${toType('redrive', '--job', id)}`);
    output.note(`  cancel it: ${toType('redrive', '--cancel', id)}`);
    if (output.isJson) output.result(last, describeJob(last));
    process.exit(LEFT);
  };
  process.once('SIGINT', leave);
  try {
    return await watchUntil({
      read: () => admin.job(id),
      isOver(job) {
        last = job;
        const over = job.status !== 'running';
        output.progress(jobProgress(job, performance.now() - began, startShare), { last: over });
        return over;
      },
      tell: noteOnce(output),
      everyMs: EVERY_MS,
    });
  } finally {
    process.off('SIGINT', leave);
  }
}
