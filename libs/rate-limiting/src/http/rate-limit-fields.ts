import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';

/**
 * Returns the response fields of a decision: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10),
 * and `Retry-After` (RFC 9110) on a denial. Seconds are rounded up: `Retry-After: 0` would cause a busy loop.
 */
export function rateLimitFields(policy: RatePolicy, decision: Decision): Record<string, string> {
  const windowSeconds = Math.max(1, Math.ceil((policy.capacity * policy.intervalMicros) / 1_000_000));
  const fields: Record<string, string> = {
    'ratelimit-policy': `"${policy.name}";q=${policy.capacity};w=${windowSeconds}`,
    ratelimit: `"${policy.name}";r=${decision.remaining};t=${Math.ceil(decision.resetMs / 1000)}`,
  };
  if (!decision.allowed) fields['retry-after'] = String(Math.max(1, Math.ceil(decision.retryAfterMs / 1000)));
  return fields;
}
