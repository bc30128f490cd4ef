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
export { LimitStoreUnavailable, type LimitStore } from './stores/limit-store.ts';
export { LocalLimitStore } from './stores/local-limit-store.ts';
