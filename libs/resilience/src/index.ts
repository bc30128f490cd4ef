export { type ConcurrencyLimit, type Observation } from './concurrency/concurrency-limit.ts';
export { ConcurrencyLimitReached } from './concurrency/concurrency-limit-reached.ts';
export {
  type Call,
  type CallOutcome,
  ConcurrencyLimiter,
  type ConcurrencyLimiterOptions,
} from './concurrency/concurrency-limiter.ts';
export { GradientLimit, type GradientLimitOptions } from './concurrency/gradient-limit.ts';
