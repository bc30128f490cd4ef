export { type AcquireOptions, AcquireRefused, type RefusalReason } from '@groundwork/resilience';
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
export { Limiter, type LimiterOptions } from './limiter/limiter.ts';
export { RatePlans, type RatePlansOptions, UnknownRatePlan } from './limiter/rate-plans.ts';
export { type ChargeDecision, type Verdict } from './limiter/verdict.ts';
export { type TokenBucketOptions } from './token-bucket/token-bucket-options.ts';
export {
  SharedTokenBucket,
  type SharedTokenBucketOptions,
  type UnitLimiter,
} from './token-bucket/shared-token-bucket.ts';
export { TokenBucket } from './token-bucket/token-bucket.ts';
export { DenialMemory, type DenialMemoryOptions } from './stores/denial-memory.ts';
export { LimitStoreUnavailable, type LimitStore } from './stores/limit-store.ts';
export { LocalLimitStore } from './stores/local-limit-store.ts';
