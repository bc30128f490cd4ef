import { type RedriveJob } from '@groundwork/contracts';
import { noteOnce, watchUntil } from '@groundwork/operator-cli';
import { type Invocation, LEFT } from './command.ts';
import { describeJob, jobProgress, shareDone } from './describe/describe-job.ts';
import { toType } from './describe/to-type.ts';

/** The rate limit of the operators' routes is shared by all operators. */
const EVERY_MS = 500;

/** Shows the progress of a job until it ends. Ctrl-C leaves it running and prints the command that follows it again. */
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
    output.note(`Redrive ${id} continues in the background: ${last.redriven} of ${last.letters} sent.`);
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
