export { byAddress, byHeader, type LimitedRequest } from './keys-of-requests.ts';
export { RateLimit, SkipRateLimit } from './rate-limit.decorator.ts';
export { RateLimitGuard } from './rate-limit.guard.ts';
export { type RateLimitRule } from './rate-limit-rule.ts';
export { RateLimitingModule, type RateLimitingOptions } from './rate-limiting.module.ts';
