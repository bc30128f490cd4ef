import { type RatePolicy } from '../gcra/rate-policy.ts';

/** Returns the name of a key under a policy. A policy name contains no colon, so each pair has its own. */
export function entryOf(policy: RatePolicy, key: string): string {
  return `${policy.name}:${key}`;
}

export function assertMaxKeys(maxKeys: number): void {
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1)
    throw new RangeError(`maxKeys: expected a whole number of at least 1, got ${maxKeys}`);
}
