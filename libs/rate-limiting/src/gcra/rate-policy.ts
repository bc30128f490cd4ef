/** Microseconds are the finest step of Redis' clock, so no interval can be shorter than one. */
const MICROS_PER_SECOND = 1_000_000;
const MAX_RATE_PER_SECOND = 100_000;
const MAX_CAPACITY = 1_000_000_000;

/**
 * What a policy does while the shared store cannot be asked: `local-share` limits each process to its part of the
 * policy, `open` admits everything, `closed` refuses with a `LimitStoreUnavailable` error (never a denial: the caller
 * has done nothing wrong).
 */
export type StoreFailureMode = 'local-share' | 'open' | 'closed';

/** A limit: at most `capacity + ratePerSecond * t` units are admitted in any `t` seconds, per key. */
export interface RatePolicy {
  readonly name: string;
  readonly capacity: number;
  readonly ratePerSecond: number;
  readonly whenStoreFails: StoreFailureMode;
  /** Whole microseconds one unit costs, rounded up: rounding may admit less than the rate, never more. */
  readonly intervalMicros: number;
}

export class InvalidRatePolicy extends Error {
  readonly code = 'invalid-rate-policy';
  readonly retryable = false;
}

/** Checks a policy and derives its interval. Throws `InvalidRatePolicy` naming the field and what was expected. */
export function ratePolicy(options: {
  name: string;
  capacity: number;
  ratePerSecond: number;
  whenStoreFails?: StoreFailureMode;
}): RatePolicy {
  const { name, capacity, ratePerSecond, whenStoreFails = 'local-share' } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new InvalidRatePolicy(
      `name: expected lower-case letters, digits and dashes, got ${JSON.stringify(name)}`,
    );
  }
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
    throw new InvalidRatePolicy(
      `capacity: expected a whole number from 1 to ${MAX_CAPACITY}, got ${capacity}`,
    );
  }
  if (!(ratePerSecond > 0 && ratePerSecond <= MAX_RATE_PER_SECOND)) {
    throw new InvalidRatePolicy(
      `ratePerSecond: expected a number above 0, at most ${MAX_RATE_PER_SECOND}, got ${ratePerSecond}`,
    );
  }
  const intervalMicros = Math.ceil(MICROS_PER_SECOND / ratePerSecond);
  if (capacity * intervalMicros > Number.MAX_SAFE_INTEGER / 4) {
    throw new InvalidRatePolicy('capacity / ratePerSecond: expected a bucket that refills within 70 years');
  }
  return Object.freeze({ name, capacity, ratePerSecond, whenStoreFails, intervalMicros });
}

/** The part of a policy one of `processes` equal processes may admit on its own; at least one unit. */
export function localShare(policy: RatePolicy, processes: number): RatePolicy {
  return ratePolicy({
    ...policy,
    capacity: Math.max(1, Math.floor(policy.capacity / processes)),
    ratePerSecond: policy.ratePerSecond / processes,
  });
}
