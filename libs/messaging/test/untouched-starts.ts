import { StartedAttempts } from '../src/started-attempts/started-attempts.ts';

/** Returns the attempts of a partition with a stored owner, whose previous owner shut down cleanly: nothing is noted. */
export function untouchedStarts(): StartedAttempts {
  const starts = new StartedAttempts({ owner: 'test', maxDeaths: 3, changed: () => undefined });
  starts.stored(1, 0n);
  return starts;
}
