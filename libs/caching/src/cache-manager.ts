import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import {
  assertEarlyRefresh,
  assertNames,
  assertTimes,
  type CacheManagerOptions,
  type Changed,
  type GetOrSetOptions,
  type SetOptions,
  type SetVersionOptions,
} from './cache-manager-options.ts';
import { CacheNamespace } from './cache-namespace.ts';
import { CacheCounters, type CacheStatistics } from './cache-statistics.ts';
import { type Cached, hit } from './cached.ts';
import { type EdgeOutcome, EdgePurges } from './edge/edge-purges.ts';
import { LatePurges } from './edge/late-purges.ts';
import { ReadThrough } from './get-or-set/read-through.ts';
import { InvalidationChannel } from './invalidation/channel.ts';
import { InvalidationFeed } from './invalidation/feed.ts';
import { type Announcement, applyTo } from './invalidation/journal.ts';
import { invalidationOf, type Target } from './invalidation/target.ts';
import { type Entry, hasTags } from './tiers/entry.ts';
import { type Announced, type Invalidation } from './tiers/tier.ts';
import { type SharedChange, TwoTiers } from './tiers/two-tiers.ts';
import { assertKey, assertVersion } from './values/assert-names.ts';
import { EntryFactory } from './values/entry-factory.ts';

/** More reads of L2 at the same time might take longer than a call may take, and L2 would count as unavailable. */
const READS_AT_ONCE = 100;
/**
 * Two tiers in front of a source: L1 in memory, L2 shared.
 *
 *   getOrSet ─▶ L1 ─▶ join a load in flight here ─▶ L2: entry, or lease, or wait for its holder ─▶ load ─▶ L2 ─▶ L1
 *
 * An L2 that fails is skipped without waiting. When a load fails, the callers that waited for it get the error, or a stale value if
 * they accept one, and nothing is cached.
 */
export class CacheManager {
  readonly #clock: Clock;
  readonly #tiers: TwoTiers;
  readonly #readThrough: ReadThrough;
  readonly #entries: EntryFactory;
  readonly #counters = new CacheCounters();
  readonly #edge: EdgePurges;
  readonly #latePurges: LatePurges | undefined;
  /** For invalidations that come from a feed which may lose messages; see `hearing` of the options. */
  readonly feed: InvalidationFeed;

  /** @throws {TypeError} for a journal without its tier */
  constructor(options: CacheManagerOptions) {
    const { memory, shared, journal, onTrustChange, hearing = true, deafTtlMs = 1_000 } = options;
    const { loadLimitMs = 3_000, jitter = 0.1, onRefreshError = () => undefined } = options;
    const { clock = SYSTEM_CLOCK, random = Math.random } = options;
    // Without L2, a change would not be announced, and other processes would serve the old value.
    if (journal !== undefined && shared === undefined)
      throw new TypeError('journal: expected the shared tier whose changes it carries as well');
    const apply = (announcement: Announcement) => applyTo(memory, announcement);
    const channel = journal && new InvalidationChannel({ journal, apply, onChange: onTrustChange, clock });
    this.#clock = clock;
    this.#edge = new EdgePurges(options.edge);
    this.#latePurges =
      options.edge &&
      new LatePurges(async (change, soft, delivered) => {
        await this.#reachEverywhere(delivered);
        return this.#purgeEdge(change, soft);
      }, clock);
    this.#tiers = new TwoTiers({ memory, shared, channel, clock, hearing, deafTtlMs });
    const everything = { everything: true } as const;
    this.feed = new InvalidationFeed(this.#tiers, {
      empty: async () => (await this.invalidate(everything)).edge,
      purgeEdge: () => this.#purgeEdge(everything, false),
    });
    this.#entries = new EntryFactory(jitter, random);
    const parts = { tiers: this.#tiers, entries: this.#entries, counters: this.#counters, clock, random };
    this.#readThrough = new ReadThrough({ ...parts, loadLimitMs, onRefreshError });
  }

  /**
   * Returns the cached value, or loads it and caches it unless it is `undefined`. `null` is a value.
   *
   * @throws {RangeError} for an invalid key, tag or TTL, {NotCacheableError} for a value that is not plain JSON data
   * @throws what the loader throws
   */
  async getOrSet<T>(key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    assertTimes(options);
    assertEarlyRefresh(options.earlyRefresh);
    const { tags = [] } = options;
    const found = this.#tiers.readLocal(key);
    const held = found !== undefined && hasTags(found, tags) ? found : undefined;
    if (held !== undefined && held.freshMs > 0) {
      this.#counters.l1Hits += 1;
      if (options.earlyRefresh !== undefined) this.#readThrough.refreshEarly(key, options, held);
      return hit<T>('hit-l1', held);
    }
    // After the hit, which costs less without it: an entry in L1 has no invalid name.
    assertNames(key, tags);
    return this.#readThrough.getOrLoad(key, options, held);
  }

  /** Returns the cached value, or `undefined` when there is none that is fresh and has all of these tags. */
  async get<T>(key: string, tags: readonly string[] = []): Promise<Cached<T> | undefined> {
    assertKey(key);
    const entry = this.#tiers.readLocal(key);
    if (entry !== undefined && entry.freshMs > 0 && hasTags(entry, tags)) {
      this.#counters.l1Hits += 1;
      return hit<T>('hit-l1', entry);
    }
    const fence = this.#tiers.memory.fence(key, []);
    const askedAt = this.#clock.monotonicMs();
    const found = await this.#tiers.askShared((shared) => shared.read(key));
    if (found === undefined || found.freshMs <= 0 || !hasTags(found, tags)) return undefined;
    this.#tiers.keepLocal(key, found, fence, askedAt);
    this.#counters.l2Hits += 1;
    return hit<T>('hit-l2', found);
  }

  /**
   * Caches a value that the caller has just written to the source. A load of the key that is in flight is not stored. Resolves as
   * `invalidate` does.
   */
  async set<T>(key: string, value: T, options: SetVersionOptions<T>): Promise<Changed> {
    assertTimes(options);
    assertVersion(options.version);
    assertNames(key, options.tags);
    const { version } = options;
    const entry = { ...this.#entries.entryOf(value, options as SetOptions<unknown>), version };
    if (!this.#tiers.isShared && isOlder(version, this.#tiers.memory.read(key)))
      return this.#changed({}, { keys: [key] });
    const began = this.#tiers.memory.fence(key, entry.tags);
    const sentAt = this.#clock.monotonicMs();
    const change = { by: this.#tiers.channel?.follower, version };
    const put = await this.#tiers.tryShared(async (shared) =>
      shared.put(key, entry, await shared.fence(key, entry.tags), change),
    );
    // If L2 has missed the new value, this process invalidates the old one there. Without an answer of L2, another process may have stored a
    // newer version. So this process then applies its own announcement too, and keeps no value in L1.
    const inShared =
      put === undefined || put.outcome === 'overtaken'
        ? await this.#tiers.changeShared((shared) => shared.invalidate({ keys: [key], version }))
        : { announced: put };
    const isNewest =
      put?.outcome === 'stored' || (put === undefined && (version === undefined || !this.#tiers.isShared));
    const isOvertaken = !this.#tiers.memory.intact(began);
    // After L2, so that a concurrent read of the old value in L2 cannot replace the new value in L1.
    this.#tiers.memory.invalidate({ keys: [key] });
    const { softSince } = began;
    if (isNewest && !isOvertaken)
      this.#tiers.keepLocal(key, entry, { ...this.#tiers.memory.fence(key, entry.tags), softSince }, sentAt);
    return this.#changed(inShared, { keys: [key] });
  }

  /**
   * Invalidates both tiers, and L1 of every process that follows the journal of L2. Calls that start after it resolves get no older
   * value; see `Changed` for calls of other processes. Never hangs, and does not reject because of a tier.
   *
   * @throws {RangeError} for an invalid key, tag, namespace or pattern
   */
  async invalidate(target: Target): Promise<Changed> {
    const invalidation = { ...invalidationOf(target), by: this.#tiers.channel?.follower };
    // L2 first: if L1 came first, a read in between would fill L1 again from the old entry in L2. An unreachable L2 is also
    // not read, and it gets the invalidation before it is read again (GuardedTier).
    const inShared = await this.#tiers.changeShared((shared) => shared.invalidate(invalidation));
    this.#tiers.memory.invalidate(invalidation);
    return this.#changed(inShared, invalidation);
  }

  /** Removes an entry, as `invalidate` does. @throws {RangeError} */
  delete(key: string): Promise<Changed> {
    return this.invalidate({ keys: [key] });
  }

  /**
   * Makes entries stale in all tiers: callers that accept stale values get them while they are refreshed, all others load again.
   * Resolves and rejects as `invalidate` does.
   */
  async expire(target: Target): Promise<Changed> {
    const expiry = { ...invalidationOf(target), by: this.#tiers.channel?.follower };
    const inShared = await this.#tiers.changeShared((shared) => shared.expire(expiry));
    this.#tiers.memory.expire(expiry);
    return this.#changed(inShared, expiry, { soft: true });
  }

  /** Returns a part of this cache with keys of its own. @throws {RangeError} for an invalid name */
  namespace(name: string): CacheNamespace {
    return new CacheNamespace(this, name);
  }

  /** Returns the fresh values of these keys that are cached and have all of these tags. @throws {RangeError} */
  async getMany<T>(
    keys: readonly string[],
    tags: readonly string[] = [],
  ): Promise<ReadonlyMap<string, Cached<T>>> {
    const found = new Map<string, Cached<T>>();
    for (let first = 0; first < keys.length; first += READS_AT_ONCE)
      await Promise.all(
        keys.slice(first, first + READS_AT_ONCE).map(async (key) => {
          const cached = await this.get<T>(key, tags);
          if (cached !== undefined) found.set(key, cached);
        }),
      );
    return found;
  }

  /** Stops the use of L1 by this process, so that others do not wait for it, and the repetition of late purges. Idempotent. */
  async close(): Promise<void> {
    this.#latePurges?.close();
    await this.#tiers.channel?.close();
  }

  /** What this manager has done since its start, for metrics. */
  get statistics(): CacheStatistics {
    const { l1Hits, l2Hits, ...counted } = this.#counters;
    const { evictions, entries, bytes } = this.#tiers.memory;
    return { l1: { hits: l1Hits, evictions, entries, bytes }, l2: { hits: l2Hits }, ...counted };
  }

  async #changed(
    { announced, later }: SharedChange,
    change: Invalidation,
    { soft = false } = {},
  ): Promise<Changed> {
    this.#counters.changes += 1;
    const everywhere = await this.#reachEverywhere(announced);
    if (!everywhere) this.#counters.changesNotEverywhere += 1;
    if (later !== undefined) this.#latePurges?.add(change, soft, later);
    // The edge comes last: it fetches again from any process, so L2 and every L1 must have the change before.
    return { everywhere, edge: await this.#purgeEdge(change, soft) };
  }

  /** Never rejects. */
  async #purgeEdge(change: Invalidation, soft: boolean): Promise<EdgeOutcome> {
    const edge = await this.#edge.enqueue(change, soft);
    if (edge === 'failed') this.#counters.changesNotAtEdge += 1;
    return edge;
  }

  async #reachEverywhere(announced: Announced | undefined): Promise<boolean> {
    if (!this.#tiers.isShared) return true;
    const { channel } = this.#tiers;
    if (announced === undefined || channel === undefined) return false;
    await channel.appliedEverywhere(announced.position);
    return true;
  }
}

function isOlder(version: number | undefined, held: Entry | undefined): boolean {
  return version !== undefined && version < (held?.version ?? 0);
}
