import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/** A policy and its decision about a request. The decisions of a `Verdict` are such. */
export interface LimitDecision {
  readonly policy: RatePolicy;
  readonly decision: Decision;
}

/**
 * Returns the response fields of decisions: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
 * `Retry-After` (RFC 9110) on a denial. Seconds are rounded up: `Retry-After: 0` would cause a busy loop. Shadow policies are
 * not mentioned.
 */
export function rateLimitFields(limits: readonly LimitDecision[]): Record<string, string> {
  const enforced = limits.filter(({ policy }) => !policy.shadow);
  if (enforced.length === 0) return {};
  const fields: Record<string, string> = {
    'ratelimit-policy': enforced.map(({ policy }) => policyItem(policy)).join(', '),
    ratelimit: enforced.map(({ policy, decision }) => decisionItem(policy, decision)).join(', '),
  };
  const denials = enforced.filter(({ decision }) => !decision.allowed);
  if (denials.length > 0) {
    const retryAfterMs = Math.max(...denials.map(({ decision }) => decision.retryAfterMs));
    fields['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  }
  return fields;
}

function policyItem({ name, capacity, intervalMicros }: RatePolicy): string {
  const windowSeconds = Math.max(1, Math.ceil((capacity * intervalMicros) / 1_000_000));
  return `"${name}";q=${capacity};w=${windowSeconds}`;
}

function decisionItem({ name }: RatePolicy, { remaining, resetMs }: Decision): string {
  return `"${name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
}
