import { type RatePolicy } from './rate-policy.ts';

/** A cost no waiting could ever admit; a denial with a time to retry would send the caller into a loop. */
export class CostExceedsCapacity extends Error {
  readonly code = 'cost-exceeds-capacity';
  readonly retryable = false;
}

export function assertCost(policy: RatePolicy, cost: number): void {
  if (!Number.isInteger(cost) || cost < 1) {
    throw new RangeError(`cost: expected a whole number from 1, got ${cost}`);
  }
  if (cost > policy.capacity) {
    throw new CostExceedsCapacity(
      `cost ${cost} exceeds the capacity ${policy.capacity} of policy ${policy.name}`,
    );
  }
}
