import { type DeadLetterFilter, type RedriveJob } from '@groundwork/contracts';

export interface RedriveJobRow {
  readonly id: string;
  readonly status: RedriveJob['status'];
  readonly filter: DeadLetterFilter;
  readonly rate_per_second: number;
  readonly requested_by: string | null;
  readonly letters: number;
  readonly redriven: number;
  readonly skipped: number;
  /** The position of the last dead letter that the job has processed. */
  readonly after_position: string;
  /** The position of the newest dead letter at the request, so the job never redrives an event that fails again. */
  readonly last_position: string;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
}

export function jobAsContract(row: RedriveJobRow): RedriveJob {
  return {
    id: row.id,
    status: row.status,
    filter: row.filter,
    ratePerSecond: row.rate_per_second,
    by: row.requested_by,
    letters: row.letters,
    redriven: row.redriven,
    skipped: row.skipped,
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
