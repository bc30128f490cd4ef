export {
  CacheManager,
  type CacheManagerOptions,
  type GetOrSetOptions,
  type SetOptions,
} from './cache-manager.ts';
export { type Cached } from './cached.ts';
export { LoadTimeoutError } from './errors/load-timeout.error.ts';
export { NotCacheableError } from './errors/not-cacheable.error.ts';
export { TierFullError } from './errors/tier-full.error.ts';
export { TierUnavailableError } from './errors/tier-unavailable.error.ts';
export { type Load } from './get-or-set/load-within.ts';
export { type Entry } from './tiers/entry.ts';
export { GuardedTier, type GuardedTierOptions } from './tiers/guarded-tier.ts';
export { MemoryTier, type MemoryTierOptions } from './tiers/memory-tier.ts';
export { type Claim, type Invalidation, type LeasingTier, type Tier } from './tiers/tier.ts';
