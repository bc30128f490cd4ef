import { z } from 'zod';
import { DeadLetterFilter } from './dead-letters.ts';
import { requestedBy } from './requested-by.ts';

export const RedriveJobId = z
  .uuid()
  .meta({ id: 'RedriveJobId', examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] });

export const RequestRedriveJob = z
  .strictObject({
    filter: DeadLetterFilter.describe(
      'Selects the open dead letters to redrive; an empty filter selects all of them',
    ),
    ratePerSecond: z.int().min(1).max(1_000).default(50),
    by: requestedBy,
  })
  .meta({ id: 'RequestRedriveJob' });
export type RequestRedriveJob = z.infer<typeof RequestRedriveJob>;

const count = z.int().min(0);

/** A bulk redrive of the dead letters that were open when the job was requested, oldest first. */
export const RedriveJob = z
  .strictObject({
    id: RedriveJobId.nullable().describe('null for a dry run, which creates no job'),
    status: z.enum(['running', 'finished', 'cancelled']),
    filter: DeadLetterFilter,
    ratePerSecond: z.int(),
    by: z.string().nullable(),
    letters: count.describe('Open dead letters when the job was requested'),
    redriven: count,
    skipped: count.describe('Dead letters that cannot be redriven without an edit; they stay open'),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RedriveJob' });
export type RedriveJob = z.infer<typeof RedriveJob>;

/** The running jobs, then the latest finished ones; at most 20. */
export const RedriveJobList = z.strictObject({ items: z.array(RedriveJob) }).meta({ id: 'RedriveJobList' });
export type RedriveJobList = z.infer<typeof RedriveJobList>;
