import { type Decision } from './decision.ts';
import { type RatePolicy } from './rate-policy.ts';

/**
 * The generic cell rate algorithm (ITU-T I.371). The whole state of a key is one instant, its theoretical arrival time
 * (TAT), at which the bucket is full again. Admitting `cost` units advances it by `cost` intervals. It may be at most
 * `capacity` intervals ahead. All quantities are whole microseconds, so sums are exact.
 *
 * @returns the decision, and the TAT to store if it differs from the stored one
 */
export function admit(
  policy: RatePolicy,
  storedTat: number | undefined,
  nowMicros: number,
  cost: number,
): { allowed: boolean; tat: number } {
  const { intervalMicros, capacity } = policy;
  const horizon = nowMicros + capacity * intervalMicros;
  // A TAT beyond the horizon is outdated: the clock jumped back, or the policy became smaller. It is cut to the horizon. The
  // caller stores the cut TAT even on a denial: otherwise the key would stay denied until the clock reaches the old TAT.
  const tat = Math.min(Math.max(storedTat ?? nowMicros, nowMicros), horizon);
  const next = tat + cost * intervalMicros;
  return next <= horizon ? { allowed: true, tat: next } : { allowed: false, tat };
}

/** Returns the decision for an outcome. `backlogMicros` is how far the TAT is ahead of now after it. */
export function describe(
  policy: RatePolicy,
  outcome: { allowed: boolean; backlogMicros: number },
  cost: number,
  decidedBy: Decision['decidedBy'],
): Decision {
  const { intervalMicros, capacity } = policy;
  const freeMicros = capacity * intervalMicros - outcome.backlogMicros;
  return {
    allowed: outcome.allowed,
    remaining: Math.floor(freeMicros / intervalMicros),
    retryAfterMs: outcome.allowed ? 0 : Math.ceil((cost * intervalMicros - freeMicros) / 1000),
    resetMs: Math.ceil(outcome.backlogMicros / 1000),
    decidedBy,
  };
}
