import { type RetryDelay } from '@groundwork/dlq';

/** What services wait by default (`RETRY_DELAYS`): an hour and six minutes in all. */
export const REAL: readonly RetryDelay[] = [
  { name: '1s', ms: 1_000 },
  { name: '5s', ms: 5_000 },
  { name: '30s', ms: 30_000 },
  { name: '5m', ms: 300_000 },
  { name: '1h', ms: 3_600_000 },
];

/**
 * The same on a clock that runs faster the longer they are, 101 s in all. The two short ones, whose lateness is promised, are as
 * they are. The others still pass every limit there is on the way: the 10 s that a waiting event may be in the way of others,
 * and the 60 s without progress after which a process counts as hanging.
 */
export const SCALED: readonly RetryDelay[] = [
  { name: '1s', ms: 1_000 },
  { name: '5s', ms: 5_000 },
  { name: '30s', ms: 10_000 },
  { name: '5m', ms: 20_000 },
  { name: '1h', ms: 65_000 },
];

export function totalMs(delays: readonly RetryDelay[]): number {
  return delays.reduce((sum, { ms }) => sum + ms, 0);
}
