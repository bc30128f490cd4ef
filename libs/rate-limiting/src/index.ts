export { assertCharges, type Charge } from './gcra/charge.ts';
export { CostExceedsCapacity } from './gcra/cost-exceeds-capacity.ts';
export { type Decision } from './gcra/decision.ts';
export {
  InvalidRatePolicy,
  localShare,
  ratePolicy,
  type RatePolicy,
  type StoreFailureMode,
} from './gcra/rate-policy.ts';
export { clientAddress, limitKey } from './http/client-address.ts';
export { type QuotaExceeded, quotaExceeded } from './http/quota-exceeded.ts';
export { type LimitDecision, rateLimitFields } from './http/rate-limit-fields.ts';
export { CircuitBreaker } from './limiter/circuit-breaker.ts';
export { Limiter, type LimiterOptions } from './limiter/limiter.ts';
export { RatePlans, type RatePlansOptions, UnknownRatePlan } from './limiter/rate-plans.ts';
export { type ChargeDecision, type Verdict } from './limiter/verdict.ts';
export { AcquireRefused, type RefusalReason } from './token-bucket/acquire-refused.ts';
export { type AcquireOptions, type TokenBucketOptions } from './token-bucket/bucket-options.ts';
export { type Clock } from './token-bucket/clock.ts';
export {
  SharedTokenBucket,
  type SharedTokenBucketOptions,
  type UnitLimiter,
} from './token-bucket/shared-token-bucket.ts';
export { TokenBucket } from './token-bucket/token-bucket.ts';
export { DenialMemory, type DenialMemoryOptions } from './stores/denial-memory.ts';
export { LimitStoreUnavailable, type LimitStore } from './stores/limit-store.ts';
export { LocalLimitStore } from './stores/local-limit-store.ts';
