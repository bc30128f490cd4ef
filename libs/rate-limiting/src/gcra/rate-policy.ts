/** Redis' clock has a resolution of one microsecond, which is the shortest possible interval. */
const MICROS_PER_SECOND = 1_000_000;
const MAX_RATE_PER_SECOND = 100_000;
const MAX_CAPACITY = 1_000_000_000;

/**
 * The behaviour of a policy while the shared store is unavailable: `local-share` limits each process to its part of the
 * policy, `open` admits everything, `closed` rejects with a `LimitStoreUnavailable` error (instead of a denial, because the
 * caller did not exceed the limit).
 */
export type StoreFailureMode = 'local-share' | 'open' | 'closed';

/** A limit: at most `capacity + ratePerSecond * t` units are admitted in any `t` seconds, per key. */
export interface RatePolicy {
  readonly name: string;
  readonly capacity: number;
  readonly ratePerSecond: number;
  readonly whenStoreFails: StoreFailureMode;
  /** Counts, but never denies: what the policy would deny is only reported. For trying a limit before it is enforced. */
  readonly shadow: boolean;
  /** Whole microseconds per unit, rounded up: rounding may admit less than the rate, never more. */
  readonly intervalMicros: number;
}

export class InvalidRatePolicy extends Error {
  readonly code = 'invalid-rate-policy';
  readonly retryable = false;
}

/** Checks a policy and computes its interval. Throws `InvalidRatePolicy`, which names the field and the expected value. */
export function ratePolicy(options: {
  name: string;
  capacity: number;
  ratePerSecond: number;
  whenStoreFails?: StoreFailureMode;
  shadow?: boolean;
}): RatePolicy {
  const { name, capacity, ratePerSecond, whenStoreFails = 'local-share', shadow = false } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new InvalidRatePolicy(
      `name: expected 1 to 64 lower-case letters, digits and dashes, no leading dash, got ${JSON.stringify(name)}`,
    );
  }
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
    throw new InvalidRatePolicy(
      `capacity: expected a whole number from 1 to ${MAX_CAPACITY}, got ${capacity}`,
    );
  }
  if (!(ratePerSecond > 0 && ratePerSecond <= MAX_RATE_PER_SECOND)) {
    throw new InvalidRatePolicy(
      `ratePerSecond: expected a number above 0 and at most ${MAX_RATE_PER_SECOND}, got ${ratePerSecond}`,
    );
  }
  const intervalMicros = Math.ceil(MICROS_PER_SECOND / ratePerSecond);
  if (capacity * intervalMicros > Number.MAX_SAFE_INTEGER / 4) {
    throw new InvalidRatePolicy('capacity / ratePerSecond: expected a bucket that refills within 70 years');
  }
  return Object.freeze({ name, capacity, ratePerSecond, whenStoreFails, shadow, intervalMicros });
}

/** Returns the part of a policy that each of `processes` equal processes may admit on its own: at least one unit. */
export function localShare(policy: RatePolicy, processes: number): RatePolicy {
  return ratePolicy({
    ...policy,
    capacity: Math.max(1, Math.floor(policy.capacity / processes)),
    ratePerSecond: policy.ratePerSecond / processes,
  });
}
