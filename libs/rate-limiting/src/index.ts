export { CostExceedsCapacity } from './gcra/cost-exceeds-capacity.ts';
export { type Decision } from './gcra/decision.ts';
export {
  InvalidRatePolicy,
  localShare,
  ratePolicy,
  type RatePolicy,
  type StoreFailureMode,
} from './gcra/rate-policy.ts';
export { rateLimitFields } from './http/rate-limit-fields.ts';
export { CircuitBreaker } from './resilience/circuit-breaker.ts';
export { ResilientLimiter, type ResilientLimiterOptions } from './resilience/resilient-limiter.ts';
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
