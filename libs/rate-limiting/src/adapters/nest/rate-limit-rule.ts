import { type Charge } from '../../gcra/charge.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { type RatePlans } from '../../limiter/rate-plans.ts';
import { byAddress, type LimitedRequest } from './keys-of-requests.ts';

/** Who is counted, under which policies, and how many units a request costs. */
export interface RateLimitRule {
  /** All of these, or those of the plan of the key. */
  readonly policies: readonly RatePolicy[] | RatePlans;
  /** Returns who is counted. Default: `byAddress`. */
  readonly keyOf?: (request: LimitedRequest) => string;
  /** Returns the units of a request, from 1 to the smallest capacity. Default: 1. */
  readonly costOf?: (request: LimitedRequest) => number;
}

export async function chargesOf(rule: RateLimitRule, request: LimitedRequest): Promise<readonly Charge[]> {
  const { policies, keyOf = byAddress, costOf = () => 1 } = rule;
  const [key, cost] = [keyOf(request), costOf(request)];
  if ('chargesOf' in policies) return policies.chargesOf(key, cost);
  return policies.map((policy) => ({ policy, key, cost }));
}
