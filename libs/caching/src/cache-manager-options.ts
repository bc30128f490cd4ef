import { type Clock } from '@groundwork/resilience';
import { type CacheEdge, type EdgeOutcome } from './edge/edge-purges.ts';
import { type Load } from './get-or-set/load-within.ts';
import { type InvalidationJournal } from './invalidation/journal.ts';
import { type MemoryTier } from './tiers/memory-tier.ts';
import { type LeasingTier } from './tiers/tier.ts';
import { assertKey, assertStaleTime, assertTags, assertTtl } from './values/assert-names.ts';

export interface CacheManagerOptions {
  /** L1. */
  readonly memory: MemoryTier;
  /** L2. It must fail fast when it is down (see `GuardedTier`). The caller closes it. */
  readonly shared?: LeasingTier;
  /** Carries invalidations to L1 of all processes that share L2. Without it, each process must call `invalidate` itself. */
  readonly journal?: InvalidationJournal;
  /** L3: the edge in front of the service. Each change of this manager stores a purge of its keys and tags, which are all tags at the edge. */
  readonly edge?: CacheEdge;
  /** Receives whether L1 is in use. It is off while the journal does not answer, and until its first answer. */
  readonly onTrustChange?: (state: 'trusted' | 'untrusted', cause?: unknown) => void;
  /** How long a loader may run. Default 3,000 ms. */
  readonly loadLimitMs?: number;
  /** The largest fraction by which a TTL is randomly shortened: entries stored together expire apart. Default 0.1. */
  readonly jitter?: number;
  /** How long L1 keeps an entry while this manager receives no invalidations. Default 1,000 ms. */
  readonly deafTtlMs?: number;
  /** Whether this manager receives every invalidation from the start. Default true. */
  readonly hearing?: boolean;
  /** The time of this manager. `MemoryTier` has a clock of its own. Default: that of the process. */
  readonly clock?: Clock;
  /** Numbers from 0 to below 1, for the jitter and the early refresh. Default: `Math.random`. */
  readonly random?: () => number;
  /** Receives the error of a load that ran in the background, while a stale value was served. */
  readonly onRefreshError?: (key: string, error: unknown) => void;
}

export interface SetOptions<T> {
  /** How long the value is fresh, or a function of the value (`null` may need a shorter time). */
  readonly ttlMs: number | ((value: T) => number);
  readonly tags?: readonly string[];
  /** How long after its TTL the value may be served while it is refreshed in the background (RFC 5861). Default 0. */
  readonly staleWhileRevalidateMs?: number;
  /** How long after its TTL the value may be served when a load fails (RFC 5861). Never after an invalidation. Default 0. */
  readonly staleIfErrorMs?: number;
}

export interface GetOrSetOptions<T> extends SetOptions<T> {
  readonly load: Load<T>;
  /**
   * Refreshes an entry of L1 in the background before it expires, at random: the closer the end and the longer the load took, the more
   * likely (XFetch). 1 is the value of its authors; above 1 refreshes earlier. Default: no early refresh.
   */
  readonly earlyRefresh?: number;
}

export interface SetVersionOptions<T> extends SetOptions<T> {
  /**
   * A whole number that grows with each change of the value at its source. The tier refuses a `set` with a lower version than that of an earlier
   * one. Without versions, the value of a slow writer may replace a newer one.
   */
  readonly version?: number;
}

/** What a change of the cache has reached. */
export interface Changed {
  /**
   * true: no process serves an older value to a call that starts from now on.
   * false: L2 could not be reached, or this manager has no journal. This process serves no older value, and sends the change to L2 as soon
   * as it can. Other processes may serve the older value until then; without a journal, until its TTL ends.
   */
  readonly everywhere: boolean;
  /**
   * `queued`: the purge of the edge is stored. It is done soon afterwards, and retried until the edge confirms it (`PurgeWorker`). Until then,
   * clients may get older objects from the edge; `everywhere` says nothing about them.
   * `failed`: the purge could not be stored. Repeat the change, for example by having its event delivered again.
   * `none`: this manager has no edge.
   */
  readonly edge: EdgeOutcome;
}

/** @throws {RangeError} for an invalid time */
export function assertTimes({
  ttlMs,
  staleWhileRevalidateMs = 0,
  staleIfErrorMs = 0,
}: SetOptions<never>): void {
  if (typeof ttlMs === 'number') assertTtl(ttlMs);
  assertStaleTime('staleWhileRevalidateMs', staleWhileRevalidateMs);
  assertStaleTime('staleIfErrorMs', staleIfErrorMs);
}

/** @throws {RangeError} for an invalid key or tag */
export function assertNames(key: string, tags: readonly string[] = []): void {
  assertKey(key);
  assertTags(tags);
}

/** @throws {RangeError} for a factor that is not above 0 and finite */
export function assertEarlyRefresh(beta: number | undefined): void {
  if (beta !== undefined && !(beta > 0 && beta < Infinity))
    throw new RangeError(`earlyRefresh: expected a factor above 0, got ${beta}`);
}
