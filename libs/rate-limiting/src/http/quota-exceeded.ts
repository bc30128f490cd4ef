import { type LimitDecision } from './rate-limit-fields.ts';

/** The members of a problem document (RFC 9457) for a request that limits deny. */
export interface QuotaExceeded {
  readonly type: string;
  readonly title: string;
  readonly status: 429;
  /** The names of the policies that deny the request. */
  readonly 'violated-policies': readonly string[];
}

/** Returns the problem of the type `quota-exceeded` (draft-ietf-httpapi-ratelimit-headers-10). */
export function quotaExceeded(limits: readonly LimitDecision[]): QuotaExceeded {
  return {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: 429,
    'violated-policies': limits
      .filter(({ policy, decision }) => !decision.allowed && !policy.shadow)
      .map(({ policy }) => policy.name),
  };
}
