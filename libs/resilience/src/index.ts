export { ByteBudget } from './byte-budget/byte-budget.ts';
export { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker/circuit-breaker.ts';
export { type ConcurrencyLimit, type Observation } from './concurrency/concurrency-limit.ts';
export { ConcurrencyLimitReached } from './concurrency/concurrency-limit-reached.ts';
export {
  type Call,
  type CallOutcome,
  ConcurrencyLimiter,
  type ConcurrencyLimiterOptions,
} from './concurrency/concurrency-limiter.ts';
export { GradientLimit, type GradientLimitOptions } from './concurrency/gradient-limit.ts';
export { LeasedSemaphore, type LeasedSemaphoreOptions } from './semaphore/leased-semaphore.ts';
export { LocalSemaphoreStore } from './semaphore/local-semaphore-store.ts';
export { Permit, PermitLost } from './semaphore/permit.ts';
export {
  type PermitAnswer,
  type PermitRequest,
  type SemaphoreStore,
  SemaphoreStoreUnavailable,
} from './semaphore/semaphore-store.ts';
export { meaningOfSqlstate, type SqlstateMeaning } from './sqlstate/sqlstate-meanings.ts';
export { driverErrorOf, sqlStateOf } from './sqlstate/sqlstate-of.ts';
export { type Clock, SYSTEM_CLOCK } from './time/clock.ts';
export { InterruptibleWait } from './time/interruptible-wait.ts';
export { TurnDeadlines } from './time/turn-deadlines.ts';
export { withinDeadline } from './time/within-deadline.ts';
export { AcquireRefused, closed, type RefusalReason, tooLong } from './waiting/acquire-refused.ts';
export { type Asking, AskingCallers } from './waiting/asking-callers.ts';
export {
  type AcquireOptions,
  assertWait,
  type QueueOptions,
  queueOptionsOf,
} from './waiting/queue-options.ts';
export { TurnBatches } from './waiting/turn-batches.ts';
export { type Waiter, WaitingCallers } from './waiting/waiting-callers.ts';
