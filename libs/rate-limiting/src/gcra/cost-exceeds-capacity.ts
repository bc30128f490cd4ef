import { type RatePolicy } from './rate-policy.ts';

/** The cost can never be admitted. A denial with a time to retry would make the caller retry forever. */
export class CostExceedsCapacity extends Error {
  readonly code = 'cost-exceeds-capacity';
  readonly retryable = false;
}

export function assertCost(policy: RatePolicy, cost: number): void {
  if (!Number.isInteger(cost) || cost < 1) {
    throw new RangeError(`cost: expected a whole number of at least 1, got ${cost}`);
  }
  if (cost > policy.capacity) {
    throw new CostExceedsCapacity(
      `cost ${cost} exceeds the capacity ${policy.capacity} of policy ${policy.name}`,
    );
  }
}
