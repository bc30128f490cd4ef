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
export { type CacheEdge, type EdgeOutcome } from './edge/edge-purges.ts';
export { cacheTagsOf, edgeTagOf, EVERYTHING_TAG, surrogateKeysOf } from './edge/edge-tags.ts';
export { type EdgeTier, type PurgeOptions } from './edge/edge-tier.ts';
export { MemoryPurgeStore, type MemoryPurgeStoreOptions } from './edge/memory-purge-store.ts';
export { type PurgePolicyOptions } from './edge/purge-policy.ts';
export { PurgeQueue } from './edge/purge-queue.ts';
export {
  type ClaimRequest,
  type PurgeClaim,
  type PurgeJob,
  type PurgeProgress,
  type PurgeStore,
  type Settlement,
} from './edge/purge-store.ts';
export { type PurgeTarget, type PurgeTargets } from './edge/purge-target.ts';
export { PurgeWorker, type PurgeWorkerOptions } from './edge/purge-worker.ts';
export { EdgeRefusedError } from './errors/edge-refused.error.ts';
export { EdgeUnavailableError, type EdgeUnavailableOptions } from './errors/edge-unavailable.error.ts';
export { PurgeQueueFullError } from './errors/purge-queue-full.error.ts';
export { PurgeStoreUnavailableError } from './errors/purge-store-unavailable.error.ts';
export { RedisNotDurableError } from './errors/redis-not-durable.error.ts';
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
