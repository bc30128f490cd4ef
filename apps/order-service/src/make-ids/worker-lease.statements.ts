import { type PreparedStatement } from '../storage/shard-connection.ts';

const RETURNING = `
  returning worker,
    (extract(epoch from leased_from) * 1000)::float8 as "fromMs",
    (extract(epoch from expires_at) * 1000)::float8 as "untilMs",
    (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`;

/**
 * $1 holder, $2 milliseconds, $3 Unix milliseconds that the window must reach beyond. Takes the number that has been free
 * the longest. The window starts where the last window of the number ended, also when the clock of the server was set back,
 * so two windows of a number never overlap.
 */
export const ACQUIRE_WORKER: PreparedStatement = {
  name: 'acquire-worker',
  text: `
  update id_workers
  set holder = $1,
      leased_from = greatest(clock_timestamp(), expires_at),
      expires_at = greatest(clock_timestamp(), expires_at, to_timestamp($3::float8 / 1000)) + $2 * interval '1 millisecond'
  where worker = (
    select worker from id_workers where expires_at <= clock_timestamp()
    order by expires_at, worker limit 1 for update skip locked)${RETURNING}`,
};

/** $1 to $3 as above, $4 worker. Also renews an expired lease, as long as no other process has taken the number. */
export const RENEW_WORKER: PreparedStatement = {
  name: 'renew-worker',
  text: `
  update id_workers
  set expires_at = greatest(
    expires_at, greatest(clock_timestamp(), to_timestamp($3::float8 / 1000)) + $2 * interval '1 millisecond')
  where worker = $4 and holder = $1${RETURNING}`,
};

export interface LeaseRow {
  readonly worker: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
}
