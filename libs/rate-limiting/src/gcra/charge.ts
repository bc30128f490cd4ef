import { assertCost } from './cost-exceeds-capacity.ts';
import { type RatePolicy } from './rate-policy.ts';

/** Units of one key under one policy. */
export interface Charge {
  readonly policy: RatePolicy;
  /** Who uses the units: an address, an API key, a customer. 1 to 1,024 characters. */
  readonly key: string;
  /** A whole number from 1 to the capacity of the policy. */
  readonly cost: number;
}

const MAX_KEY_LENGTH = 1_024;
const MAX_CHARGES = 16;

/**
 * Checks charges that are decided together.
 *
 * @throws {RangeError} for no charge or more than 16, one key twice under one policy, an invalid key or an invalid cost
 * @throws {CostExceedsCapacity}
 */
export function assertCharges(charges: readonly Charge[]): void {
  if (charges.length < 1 || charges.length > MAX_CHARGES)
    throw new RangeError(`charges: expected 1 to ${MAX_CHARGES}, got ${charges.length}`);
  for (const [index, { policy, key, cost }] of charges.entries()) {
    assertKey(key);
    assertCost(policy, cost);
    // Two charges of one key would each be admitted as if the other one took nothing.
    const isCharged = (other: Charge) => other.policy.name === policy.name && other.key === key;
    if (charges.findIndex(isCharged) !== index)
      throw new RangeError(`charges: policy ${policy.name} charges one key twice; add up the costs`);
  }
}

export function assertKey(key: string): void {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH) {
    const got = typeof key === 'string' ? `${key.length} characters` : typeof key;
    throw new RangeError(`key: expected text of 1 to ${MAX_KEY_LENGTH} characters, got ${got}`);
  }
}
