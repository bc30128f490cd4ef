import { createHash } from 'node:crypto';
import { type Charge } from '../../gcra/charge.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { byAddress, type LimitedRequest } from './keys-of-requests.ts';

type Policies = readonly RatePolicy[];

/** Who is counted, under which policies, and how many units a request costs. */
export interface RateLimitRule {
  /** The policies, or a function that returns those of a request: of the plan of its customer, for example. */
  readonly policies: Policies | ((request: LimitedRequest) => Policies | Promise<Policies>);
  /** Returns who is counted. Empty text means the address. Default: `byAddress`. */
  readonly keyOf?: (request: LimitedRequest) => string;
  /** Returns the units of a request, from 1. More than a policy can have at once is answered with 400. Default: 1. */
  readonly costOf?: (request: LimitedRequest) => number;
}

/** Longer keys are counted by their digest. */
const LONGEST_KEY = 256;

/** Returns what a request costs. A key that several rules count under one policy costs the most that one of them says. */
export async function chargesOf(rules: readonly RateLimitRule[], request: LimitedRequest): Promise<Charge[]> {
  const charges = new Map<string, Charge>();
  for (const { policies, keyOf = byAddress, costOf = () => 1 } of rules) {
    const key = boundedKey(keyOf(request) || byAddress(request));
    const cost = costOf(request);
    for (const policy of typeof policies === 'function' ? await policies(request) : policies) {
      const entry = `${policy.name}:${key}`;
      const other = charges.get(entry);
      if (other === undefined || other.cost < cost) charges.set(entry, { policy, key, cost });
    }
  }
  return [...charges.values()];
}

function boundedKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url');
}
