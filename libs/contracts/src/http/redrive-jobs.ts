import { z } from 'zod';
import { DeadLetterFilter } from './dead-letters.ts';
import { requestedBy } from './requested-by.ts';

export const RedriveJobId = z
  .uuid()
  .meta({ id: 'RedriveJobId', examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] });

export const RequestRedriveJob = z
  .strictObject({
    filter: DeadLetterFilter.describe('Which open letters; an empty filter means all of them'),
    ratePerSecond: z.int().min(1).max(1_000).default(50),
    by: requestedBy,
  })
  .meta({ id: 'RequestRedriveJob' });
export type RequestRedriveJob = z.infer<typeof RequestRedriveJob>;

const count = z.int().min(0);

/** Letters that are sent again in bulk, oldest first: those that were open when it was asked for. */
export const RedriveJob = z
  .strictObject({
    id: RedriveJobId.nullable().describe('null for a dry run, which leaves no job behind'),
    status: z.enum(['running', 'finished', 'cancelled']),
    filter: DeadLetterFilter,
    ratePerSecond: z.int(),
    by: z.string().nullable(),
    letters: count.describe('Open letters that it found when it was asked for'),
    redriven: count,
    skipped: count.describe('Letters that cannot be sent again as they are; they stay open'),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RedriveJob' });
export type RedriveJob = z.infer<typeof RedriveJob>;

/** Those that run, then the latest; 20 at most. */
export const RedriveJobList = z.strictObject({ items: z.array(RedriveJob) }).meta({ id: 'RedriveJobList' });
export type RedriveJobList = z.infer<typeof RedriveJobList>;
