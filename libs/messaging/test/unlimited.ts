import { RunningAttempts } from '../src/consumer/running-attempts.ts';

/** Returns attempts whose time limit is longer than a test. */
export function unlimited(): RunningAttempts {
  return new RunningAttempts({ limitMs: 3_600_000, overdue: () => undefined });
}
