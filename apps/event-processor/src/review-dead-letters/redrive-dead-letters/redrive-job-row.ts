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
  /** The letter it has come to. */
  readonly after_position: string;
  /** The newest letter when it was asked for: one that dies again is not sent again by the same job. */
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
