import { RunningAttempts } from '../src/consumer/running-attempts.ts';

/** Handlers with all the time of a test. */
export function unlimited(): RunningAttempts {
  return new RunningAttempts({ limitMs: 3_600_000, overdue: () => undefined });
}
