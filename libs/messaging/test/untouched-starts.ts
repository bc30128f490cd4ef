import { StartedAttempts } from '../src/started-attempts/started-attempts.ts';

/** Of a partition whose owner is known, and whose owner before has ended in order: nothing is noted. */
export function untouchedStarts(): StartedAttempts {
  const starts = new StartedAttempts({ owner: 'test', maxDeaths: 3, changed: () => undefined });
  starts.stored(1, 0n);
  return starts;
}
