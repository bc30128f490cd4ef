export { CacheManager } from './cache-manager.ts';
export {
  type CacheManagerOptions,
  type Changed,
  type GetOrSetOptions,
  type SetOptions,
  type SetVersionOptions,
} from './cache-manager-options.ts';
export { type CacheStatistics } from './cache-statistics.ts';
export { type Codec } from './codecs/codec.ts';
export { compressed, type CompressionOptions } from './codecs/compressed.codec.ts';
export { JSON_CODEC } from './codecs/json.codec.ts';
export { CacheNamespace } from './cache-namespace.ts';
export { type Cached } from './cached.ts';
export { LoadTimeoutError } from './errors/load-timeout.error.ts';
export { NotDecodableError } from './errors/not-decodable.error.ts';
export { NotEncodableError } from './errors/not-encodable.error.ts';
export { NotCacheableError } from './errors/not-cacheable.error.ts';
export { TierFullError } from './errors/tier-full.error.ts';
export { TierUnavailableError } from './errors/tier-unavailable.error.ts';
export {
  type Announcement,
  type Followed,
  type InvalidationJournal,
  type Marks,
} from './invalidation/journal.ts';
export { type InvalidationFeed } from './invalidation/feed.ts';
export { type Target } from './invalidation/target.ts';
export { type LoadContext } from './get-or-set/load-context.ts';
export { type Load } from './get-or-set/load-within.ts';
export { type Entry } from './tiers/entry.ts';
export { CodedTier } from './tiers/coded-tier.ts';
export { GuardedTier, type GuardedTierOptions } from './tiers/guarded-tier.ts';
export { MemoryTier, type MemoryTierOptions } from './tiers/memory-tier.ts';
export { type Announced, type Claim, type Invalidation, type LeasingTier, type Tier } from './tiers/tier.ts';
