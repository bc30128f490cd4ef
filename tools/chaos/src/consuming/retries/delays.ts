import { type RetryDelay } from '@groundwork/dlq';

/** The default delays of services (`RETRY_DELAYS`): an hour and six minutes in total. */
export const REAL: readonly RetryDelay[] = [
  { name: '1s', ms: 1_000 },
  { name: '5s', ms: 5_000 },
  { name: '30s', ms: 30_000 },
  { name: '5m', ms: 300_000 },
  { name: '1h', ms: 3_600_000 },
];

/**
 * The same delays, with the long ones scaled down, 101 s in total. The two short ones, whose lateness is promised, are
 * unchanged. The two longest still exceed the limits that apply: the 10 s for which a waiting event may block others, and
 * the 60 s without progress after which a process counts as hanging.
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
